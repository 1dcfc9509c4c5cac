"""A page of the site after a script that does what a person would."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

from tests.browser import browsed

_KEYS = """
const by = (id) => document.getElementById(id);
const press = (key) => document.activeElement.dispatchEvent(
  new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
const type = (text) => { by('search').value = text;
  by('search').dispatchEvent(new Event('input', {bubbles: true})); };
const tell = (found) => { document.body.dataset.found = JSON.stringify(found); };
"""


def acted(folder: Path, name: str, script: str, *arguments: str, hash_: str = "") -> str:
    """A page after a script that does what a person would; the pages allow none inside them."""
    page = folder / name
    text = page.read_text(encoding="utf-8")
    (folder / "acts.js").write_text(f"{_KEYS}{script}", encoding="utf-8")
    page.write_text(
        text.replace("</body>", '<script src="acts.js" defer></script></body>'), encoding="utf-8"
    )
    options = ("--dump-dom", "--virtual-time-budget=5000", *arguments)
    return browsed(page, folder, *options, hash_=hash_)


def found(document: str) -> Any:
    """What the script of a test has found."""
    (text,) = re.findall(r'data-found="([^"]*)"', document)
    return json.loads(html.unescape(text))
