"""The site as people use it, in headless Chromium: from disk, with keys, on small screens."""

from __future__ import annotations

import html
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from ccaas_kit.contract.layout import ROOT
from tests.browser import browsed, first_pixel, in_a_browser
from tests.looping import every

pytestmark = in_a_browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (320, 760, 1400)
# A page of each kind.
KINDS = (
    *("index.html", "contact.html", "offerWork.html", "schemas.html"),
    *("errors.html", "workflows.html", "quirks.html"),
)
LIGHT, DARK = (0xFF, 0xFF, 0xFF), (0x12, 0x16, 0x1C)
_KEYS = """
const by = (id) => document.getElementById(id);
const press = (key) => document.activeElement.dispatchEvent(
  new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
const type = (text) => { by('search').value = text;
  by('search').dispatchEvent(new Event('input', {bubbles: true})); };
const tell = (found) => { document.body.dataset.found = JSON.stringify(found); };
"""


@pytest.fixture
def copy(site: Path, tmp_path: Path) -> Path:
    """A site of the test's own, to put scripts into."""
    return shutil.copytree(site, tmp_path / "site")


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
    """What the script of a test has told."""
    (text,) = re.findall(r'data-found="([^"]*)"', document)
    return json.loads(html.unescape(text))


def framed(folder: Path, script: str = "") -> Path:
    """A page with all pages of the site in frames of every width, which sends on what they tell."""
    (folder / "inner.js").write_text(
        script + "addEventListener('load', () => parent.postMessage([location.pathname, innerWidth,"
        " document.documentElement.scrollWidth, document.title], '*'))",
        encoding="utf-8",
    )
    names = sorted(path.name for path in folder.glob("*.html"))
    for name in names:
        text = (folder / name).read_text(encoding="utf-8")
        changed = text.replace("</head>", '<script src="inner.js"></script></head>')
        (folder / name).write_text(changed, encoding="utf-8")
    frames = "".join(
        f'<iframe src="{name}" style="width:{width}px;height:600px;border:0"></iframe>'
        for name in names
        for width in WIDTHS
    )
    outer = folder / "outer.html"
    outer.write_text(
        "<body><script>const all = []; addEventListener('message', (event) => { all.push(event.data);"
        " document.body.dataset.found = JSON.stringify(all); })</script>" + frames,
        encoding="utf-8",
    )
    return outer


def test_every_page_opens_from_disk_and_fits_every_width(copy: Path) -> None:
    names = {path.name for path in copy.glob("*.html")}

    # No script of a page may fail: `browsed` holds that.
    document = browsed(framed(copy), copy, "--dump-dom", "--virtual-time-budget=20000")

    told = found(document)
    assert isinstance(told, list)
    assert {(Path(page).name, width) for page, width, _, _ in told} == {
        (name, width) for name in names for width in WIDTHS
    }
    assert [each for each in told if each[2] > each[1]] == []
    assert all(title.endswith("Contact-centre APIs") for *_, title in told)


def test_slash_words_and_enter_lead_to_an_operation(copy: Path) -> None:
    document = acted(
        copy,
        "index.html",
        "press('/'); const focused = document.activeElement.id;"
        "if (focused === 'search') { type('offer work'); press('Enter'); }",
    )

    assert "<h1>Offer or transfer a work item</h1>" in document


def test_arrows_choose_among_the_results_and_escape_closes_them(copy: Path) -> None:
    document = acted(
        copy,
        "index.html",
        "by('search').focus(); type('u_segment_id sys_id contact'.split(' ')[2]);"
        "const first = by('search').getAttribute('aria-activedescendant'); press('ArrowDown');"
        "const second = by('search').getAttribute('aria-activedescendant');"
        "const count = by('results').children.length; const told = by('search-status').textContent;"
        "press('Escape'); tell([first, second, count, told, by('results').hidden]);",
    )

    first, second, count, told, hidden = found(document)
    assert (first, second, count, hidden) == ("result-0", "result-1", 20, True)
    assert re.fullmatch(r"20 of \d+ results", told)


def test_a_search_that_finds_nothing_says_so(copy: Path) -> None:
    document = acted(
        copy,
        "index.html",
        "type('xyzzy'); tell([by('results').textContent, by('search-status').textContent])",
    )

    assert found(document) == ["Nothing has all of these words.", "Nothing found"]


def test_the_address_of_a_clause_opens_what_it_stands_in(copy: Path) -> None:
    text = (copy / "listContacts.html").read_text(encoding="utf-8")
    (first, *_) = re.findall(r'<details class="promises">.*?<li id="([^"]+)"', text, re.DOTALL)

    script = f"tell(by('{first}').closest('details').open)"

    assert found(acted(copy, "listContacts.html", script, hash_=f"#{first}")) is True


def test_one_example_is_shown_in_the_chosen_language(copy: Path) -> None:
    script = """
    const choose = (box) => { box.checked = true; box.dispatchEvent(new Event('change', {bubbles: true})); };
    const seen = () => [...document.querySelectorAll('.sample figure')]
      .filter((each) => each.checkVisibility()).map((each) => each.dataset.language + ' ' + each.querySelector('code').textContent.split(/\\s/)[0]);
    const before = seen();
    choose(document.querySelector('[name=language][value=python]'));
    const after = seen();
    by('sample').selectedIndex = 1;
    by('sample').dispatchEvent(new Event('change', {bubbles: true}));
    tell([before, after, document.querySelectorAll('.sample:not([hidden])').length, document.querySelectorAll('.copy').length > 2]);
    """

    document = acted(copy, "createContact.html", script)

    assert found(document) == [["curl curl"], ["python import"], 1, True]


def test_the_menu_of_a_small_screen_opens_and_closes(copy: Path) -> None:
    script = """
    const open = () => by('nav').checkVisibility();
    const before = open(); by('menu').click();
    const after = open(), focused = by('nav').contains(document.activeElement); by('menu').click();
    tell([before, after, focused, open(), by('menu').getAttribute('aria-expanded')]);
    """

    document = acted(copy, "index.html", script, "--window-size=600,900")

    assert found(document) == [False, True, True, False, "false"]


@pytest.mark.parametrize(("scheme", "ground"), [(1, LIGHT), (0, DARK)], ids=["light", "dark"])
def test_the_site_follows_the_colors_of_the_system(
    scheme: int, ground: tuple[int, int, int], site: Path, tmp_path: Path
) -> None:
    image = tmp_path / "page.png"

    browsed(
        site / "index.html",
        tmp_path,
        f"--screenshot={image}",
        f"--blink-settings=preferredColorScheme={scheme}",
    )

    assert first_pixel(image) == ground


@every(
    ("name", "scheme"),
    [*((name, 1) for name in KINDS), ("index.html", 0), ("getExternalIdMapping.html", 0)],
    ids=lambda given: given if isinstance(given, str) else ("dark", "light")[given],
)
def test_axe_finds_nothing_serious(name: str, scheme: int, copy: Path) -> None:
    shutil.copy(AXE, copy / "axe.js")
    page = copy / name
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</head>", '<script src="axe.js"></script></head>'), "utf-8")
    script = """
    document.querySelectorAll('details').forEach((each, at) => { each.open = at < 20; });
    axe.run({resultTypes: ['violations'], preload: false}).then((result) => tell([
      result.passes.length,
      result.violations.map((each) => [each.impact, each.id, each.nodes[0].html])]));
    """

    document = acted(copy, name, script, f"--blink-settings=preferredColorScheme={scheme}")

    passes, violations = found(document)
    assert passes > 10
    assert [violation for violation in violations if violation[0] in ("serious", "critical")] == []
