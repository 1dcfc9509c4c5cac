"""The HTML scorecard, also as a browser shows it."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from ccaas_kit.reporting import page, summary
from tests.browser import browsed, first_pixel, in_a_browser
from tests.conformance.test_reports import card

LIGHT, DARK = (0xF4, 0xF6, 0xF8), (0x10, 0x14, 0x1A)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    path = folder / "scorecard.html"
    path.write_text(page.text(card(folder / "contract")), encoding="utf-8")
    return path


def dom(path: Path, folder: Path, *, hash_: str = "", script: str = "") -> str:
    """The page after its scripts, and after one more that does what a person would."""
    acted = folder / "acted.html"
    text = path.read_text(encoding="utf-8")
    acted.write_text(text.replace("</body>", f"<script>{script}</script></body>"), "utf-8")
    return browsed(acted, folder, "--dump-dom", "--virtual-time-budget=3000", hash_=hash_)


def shown(document: str) -> list[str]:
    """Ids of the clauses that are not hidden."""
    rows = re.findall(r"<tr data-verdict=[^>]*>\s*<td><code>[^<]*", document)
    return [row.rpartition(">")[2] for row in rows if "hidden" not in row]


def test_the_head_says_the_outcome_in_words(tmp_path: Path) -> None:
    text = page.text(card(tmp_path))

    assert text.startswith("<!doctype html>")
    assert (
        "2 problems: 3 violations of 3 clauses; 23 of 26 clauses tested (88 %); 3 were not fully tested"
        in text
    )
    assert "onforms to" not in text


def test_reports_say_when_no_instance_was_judged(tmp_path: Path) -> None:
    judged = replace(card(tmp_path), options={"embedded": True})

    for text in (page.text(judged), summary.text(judged)):
        assert "the embedded sandbox, http://127.0.0.1:1" in text
    assert "embedded" not in page.text(card(tmp_path))


def test_a_finding_has_the_clause_in_words_and_what_to_do_next(tmp_path: Path) -> None:
    text = page.text(card(tmp_path))

    (finding,) = re.findall(r'<details[^>]* id="G1".*? id="F7fcbec".*?</details>', text, re.DOTALL)
    for phrase in (
        "The promise NEW-01.",
        "a refusal",
        "201",
        "curl -i -X POST http://127.0.0.1:1/api/things",
        "check the value, or add a waiver if it is harmless.",
        "Lax. This expired on 2026-11-21: it counts again.",
    ):
        assert phrase in finding


def test_an_api_has_the_numbers_of_its_operations(tmp_path: Path) -> None:
    text = page.text(card(tmp_path))

    (row,) = re.findall(r'<tr class="api">.*?</tr>', text, re.DOTALL)

    assert re.findall(r'<td class="n [^>]*>([^<]*)</td>', row) == ["18", "5", "2", "1", "60"]


def test_what_a_target_says_is_shown_and_not_run(tmp_path: Path) -> None:
    whole = card(tmp_path)
    nasty = '</script><script>alert(1)</script><img src=x onerror="alert(2)">'
    findings = [
        replace(finding, got=nasty, expected=nasty, curl=nasty) for finding in whole.findings
    ]
    judgements = [replace(judgement, detail=nasty) for judgement in whole.judgements]

    text = page.text(replace(whole, findings=findings, judgements=judgements))

    assert text.count("<script>") == 1
    assert "<img" not in text
    assert "&lt;img src=x" in text


@in_a_browser
def test_without_filters_every_clause_is_shown(written: Path, tmp_path: Path) -> None:
    document = dom(written, tmp_path)

    assert '<details id="all-clauses">' in document
    assert len(shown(document)) == 26
    assert ">26 of 26 clauses</p>" in document


# What is chosen in the form, and the clauses that are left.
FILTERS = {
    "by('q').value = 'new-01'": ["NEW-01"],
    "by('q').value = 'promise GET S404'": ["GET-S404"],
    "by('evidence').value = 'assumed'": ["GET-05"],
    "only('blocked')": ["NEW-04"],
    "only('violates'); by('operation').value = 'getThing'": ["GET-05", "GET-06"],
    "only('unverified'); by('operation').value = 'api:thing'": ["API-01", "API-02"],
    "only('blocked'); by('operation').value = 'getThing'": [],
}
ACTING = """
const by = (id) => document.getElementById(id);
const only = (verdict) => document.querySelectorAll('[name=verdict]')
  .forEach((box) => { box.checked = box.value === verdict; });
const told = () => by('q').dispatchEvent(new Event('input', {bubbles: true}));
const seen = () => [...document.querySelectorAll('#clauses tbody tr:not([hidden]) td:first-child')]
  .map((cell) => cell.textContent);
"""


@in_a_browser
def test_clauses_are_filtered(written: Path, tmp_path: Path) -> None:
    steps = ",".join(f"() => {{ {script} }}" for script in FILTERS)
    script = f"""{ACTING}
    const found = [{steps}].map((choose) => {{
      by('filters').reset(); choose(); told();
      return [seen(), by('count').textContent, by('empty').hidden];
    }});
    document.body.dataset.found = JSON.stringify(found);"""

    document = dom(written, tmp_path, script=script)
    (found,) = re.findall(r'data-found="([^"]*)"', document)

    assert json.loads(html.unescape(found)) == [
        [expected, f"{len(expected)} of 26 clauses", bool(expected)]
        for expected in FILTERS.values()
    ]


@in_a_browser
def test_the_address_keeps_the_filters(written: Path, tmp_path: Path) -> None:
    choose = "by('q').value = 'a & b'; by('evidence').value = 'assumed'; only('violates'); told();"
    script = f"{ACTING}{choose} document.body.dataset.address = location.hash"

    document = dom(written, tmp_path, script=script)
    again = dom(written, tmp_path, hash_="#q=promise&evidence=assumed&verdict=violates,blocked")

    assert 'data-address="#q=a+%26+b&amp;evidence=assumed&amp;verdict=violates"' in document
    assert shown(again) == ["GET-05"]


@in_a_browser
def test_the_address_of_a_finding_opens_it(written: Path, tmp_path: Path) -> None:
    document = dom(written, tmp_path, hash_="#F276b80")

    for name in ("F276b80", "G5"):
        (opened,) = re.findall(rf'<details[^>]*id="{name}"[^>]*>', document)
        assert " open" in opened


@in_a_browser
def test_all_findings_are_opened_and_closed_by_a_button(written: Path, tmp_path: Path) -> None:
    document = dom(written, tmp_path, script="document.getElementById('unfold').click()")

    groups = re.findall(r'<details class="finding[^>]*>', document)
    assert len(groups) == 5
    assert all(" open" in group for group in groups)
    assert ">Close all</button>" in document


@in_a_browser
def test_a_curl_command_is_copied_by_a_button(written: Path, tmp_path: Path) -> None:
    script = (
        "document.execCommand = () => { document.body.dataset.copied = getSelection(); return true; };"
        "document.querySelector('.copy').click();"
    )

    document = dom(written, tmp_path, script=script)

    # Headless Chromium has no clipboard: the way for browsers without one is taken.
    assert 'data-copied="curl -i -X POST http://127.0.0.1:1/api/things"' in document
    assert len(re.findall(r'<button type="button" class="copy">', document)) == 6


@in_a_browser
def test_nothing_is_wider_than_the_window(written: Path, tmp_path: Path) -> None:
    widths = (320, 400, 760, 1280)
    # A window of Chromium is at least 500 wide, a frame is not.
    inner, outer = tmp_path / "inner.html", tmp_path / "outer.html"
    telling = "<script>parent.postMessage(document.documentElement.scrollWidth, '*')</script>"
    text = written.read_text(encoding="utf-8")
    inner.write_text(text.replace("</body>", f"{telling}</body>"), encoding="utf-8")
    frames = "".join(
        f'<iframe src="inner.html" style="width:{w}px;border:0"></iframe>' for w in widths
    )
    outer.write_text(
        "<body><script>addEventListener('message', (event) => "
        f"{{ document.body.dataset['w' + event.data] = 'seen'; }})</script>{frames}</body>",
        encoding="utf-8",
    )

    document = browsed(outer, tmp_path, "--dump-dom", "--virtual-time-budget=3000")

    assert sorted(map(int, re.findall(r'data-w(\d+)="seen"', document))) == list(widths)


@in_a_browser
@pytest.mark.parametrize(("scheme", "ground"), [(1, LIGHT), (0, DARK)], ids=["light", "dark"])
def test_the_page_follows_the_colors_of_the_system(
    scheme: int, ground: tuple[int, int, int], written: Path, tmp_path: Path
) -> None:
    image = tmp_path / "page.png"

    browsed(
        written,
        tmp_path,
        f"--screenshot={image}",
        f"--blink-settings=preferredColorScheme={scheme}",
    )

    assert first_pixel(image) == ground
