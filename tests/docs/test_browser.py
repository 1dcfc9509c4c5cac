"""The site as people use it, in headless Chromium: from disk, with keys, on small screens."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from ccaas_kit.contract.layout import ROOT
from tests.browser import browsed, first_pixel, in_a_browser
from tests.docs.acting import acted, found
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

    frames = found(document)
    assert isinstance(frames, list)
    assert {(Path(page).name, width) for page, width, _, _ in frames} == {
        (name, width) for name in names for width in WIDTHS
    }
    assert [frame for frame in frames if frame[2] > frame[1]] == []
    assert all(title.endswith("Contact-centre APIs") for *_, title in frames)


def test_the_address_of_a_clause_opens_what_it_stands_in(copy: Path) -> None:
    text = (copy / "listContacts.html").read_text(encoding="utf-8")
    (first, *_) = re.findall(r'<details class="requirements">.*?<li id="([^"]+)"', text, re.DOTALL)

    script = f"tell([by('{first}').closest('details').open, by('{first}').firstChild.open])"

    assert found(acted(copy, "listContacts.html", script, hash_=f"#{first}")) == [True, True]


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


def test_the_response_of_a_status_is_shown_beside_the_request(copy: Path) -> None:
    script = """
    const seen = () => [...document.querySelectorAll('#replies figure')]
      .filter((figure) => figure.checkVisibility())
      .map((figure) => [figure.closest('[role=tabpanel]').id, figure.querySelector('figcaption').textContent, figure.querySelectorAll('.copy').length]);
    const conflict = seen();
    const chooser = by('example-409');
    chooser.selectedIndex = 1;
    chooser.dispatchEvent(new Event('change', {bubbles: true}));
    const second = seen();
    by('tab-409').focus(); press('ArrowRight');
    tell([conflict, second, seen(), document.activeElement.id, chooser.options[1].textContent]);
    """

    conflict, second, next_, focused, title = found(
        acted(copy, "offerWork.html", script, hash_="#status-409")
    )

    assert conflict == [["reply-409", "An agent has accepted the call already", 1]]
    assert second == [["reply-409", title, 1]]
    assert [panel for panel, _, _ in next_] == ["reply-415"]
    assert focused == "tab-415"


def test_the_base_url_is_used_by_every_page_and_remembered(copy: Path) -> None:
    write = """
    const write = (url) => { by('base-url').value = url; by('base-url').dispatchEvent(new Event('input')); };
    const used = () => [...new Set([...document.querySelectorAll('.sample code')].map((code) => code.textContent.match(/https?:\\/\\/[^/'"]+/)[0]))];
    """
    bad = '"http://127.0.0.1:8080/\'; rm -rf /"'

    first = found(
        acted(
            copy,
            "createContact.html",
            f"{write} write({bad}); const refused = used();"
            "const invalid = by('base-url').getAttribute('aria-invalid');"
            "write('http://127.0.0.1:8080/'); tell([refused, invalid, used()])",
        )
    )
    second = found(
        acted(
            copy,
            "listContacts.html",
            f"{write} const kept = used(); by('base-reset').click(); tell([kept, used()])",
        )
    )

    documented = ["https://instance.service-now.com"]
    assert first == [documented, "true", ["http://127.0.0.1:8080"]]
    assert second == [["http://127.0.0.1:8080"], documented]


def test_paper_shows_everything_but_where_it_comes_from(copy: Path) -> None:
    script = """
    const closed = () => document.querySelectorAll('details:not([open])').length;
    const before = closed();
    dispatchEvent(new Event('beforeprint'));
    const left = [...new Set([...document.querySelectorAll('details:not([open])')].map((part) => part.className))];
    dispatchEvent(new Event('afterprint'));
    tell([before > 50, left, closed() === before]);
    """

    assert found(acted(copy, "createContact.html", script)) == [True, ["origin"], True]


def test_quirks_are_filtered_by_api_status_and_text(copy: Path) -> None:
    script = """
    const choose = (id, value) => { by(id).value = value; by(id).dispatchEvent(new Event('input', {bubbles: true})); };
    const shown = () => [...document.querySelectorAll('.quirk-card')].filter((card) => card.checkVisibility()).map((card) => card.id);
    choose('quirk-api', 'awa-offer-work');
    const ofApi = shown();
    choose('quirk-status', 'assumed');
    const assumed = shown();
    choose('quirk-text', 'timeout zero');
    const last = [shown(), by('quirk-count').textContent, document.querySelectorAll('.family:not([hidden])').length];
    location.hash = '#CON-001';
    dispatchEvent(new Event('hashchange'));
    tell([ofApi, assumed, ...last, by('CON-001').checkVisibility()]);
    """

    of_api, assumed, last, count, families, linked = found(acted(copy, "quirks.html", script))

    assert {"AWA-001", "AWA-013", "PLT-002"} <= set(of_api)
    assert not [name for name in of_api if name.startswith("CON-")]
    assert "AWA-013" not in assumed
    assert "AWA-001" in assumed
    assert last == ["AWA-024"]
    assert count.startswith("1 of ")
    assert families == 1
    assert linked


def test_the_menu_of_a_small_screen_opens_and_closes(copy: Path) -> None:
    script = """
    const open = () => by('nav').checkVisibility();
    const before = open(); by('menu').click();
    const after = open(), focused = by('nav').contains(document.activeElement); press('Escape');
    tell([before, after, focused, open(), by('menu').getAttribute('aria-expanded'), document.activeElement.id,
      document.querySelector('.brand').scrollWidth <= document.querySelector('.brand').clientWidth]);
    """

    document = acted(copy, "index.html", script, "--window-size=500,900")

    assert found(document) == [False, True, True, False, "false", "menu", True]


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
    ids=lambda value: value if isinstance(value, str) else ("dark", "light")[value],
)
def test_axe_finds_nothing_serious(name: str, scheme: int, site: Path, copy: Path) -> None:
    shutil.copy(AXE, copy / "axe.js")
    # The text is that of the site: the copy of a page that is tested twice has the script already.
    text = (site / name).read_text(encoding="utf-8")
    (copy / name).write_text(
        text.replace("</head>", '<script src="axe.js"></script></head>'), "utf-8"
    )
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
