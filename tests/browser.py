"""Pages as headless Chromium shows them, from files and from this machine."""

from __future__ import annotations

import shutil
import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from tests import toolchains

_CHROMIUM = shutil.which("chromium")
_MISSING = "no chromium: apt-get install -y chromium"
_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--hide-scrollbars", "--enable-logging=stderr"),
)

in_a_browser = pytest.mark.skipif(_CHROMIUM is None and not toolchains.in_ci(), reason=_MISSING)


def browsed(page: Path | str, folder: Path, *arguments: str, hash_: str = "") -> str:
    """What Chromium prints of a page, a file or a URL; no script of it may fail. Its profile is in the folder."""
    if _CHROMIUM is None:
        toolchains.lacking(_MISSING)
    command = [_CHROMIUM, *_FLAGS, f"--user-data-dir={folder / 'profile'}", *arguments]
    done = subprocess.run(
        [*command, f"{page.as_uri() if isinstance(page, Path) else page}{hash_}"],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert [line for line in done.stderr.splitlines() if "CONSOLE" in line] == []
    return done.stdout


def first_pixel(image: Path) -> tuple[int, int, int]:
    """Red, green and blue of the upper left corner of a PNG."""
    content = image.read_bytes()
    data, place = b"", 8
    while place < len(content):
        (length,) = struct.unpack(">I", content[place : place + 4])
        if content[place + 4 : place + 8] == b"IDAT":
            data += content[place + 8 : place + 8 + length]
        place += 12 + length
    # Behind the filter of the first line, its first pixel stands as it is.
    red, green, blue = zlib.decompress(data)[1:4]
    return red, green, blue
