"""The site is whole: everything is there, every link leads somewhere, and nothing comes from afar."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest

from build import docs
from ccaas_kit.contract.errors import ConfigError, DocumentError
from docsite import index, prose, reference, shapes
from docsite import site as pages_of
from docsite.reference import Reference


@dataclass
class Page(HTMLParser):
    """Ids, links and what a page loads."""

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.ids.append(given["id"])
        if tag == "a":
            self.links.append(given["href"])
        elif "src" in given or "href" in given:
            self.loads.append(given.get("src") or given["href"])


@cache
def page(path: Path) -> Page:
    found = Page()
    found.feed(path.read_text(encoding="utf-8"))
    return found


def pages(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.html"))


def leads_somewhere(folder: Path, link: str, home: Path) -> bool:
    name, _, anchor = link.partition("#")
    target = folder / name if name else home
    return target.is_file() and (not anchor or anchor in page(target).ids)


def test_every_link_leads_somewhere(site: Path) -> None:
    lost = [
        (path.name, link)
        for path in pages(site)
        for link in page(path).links
        if not link.startswith("https://") and not leads_somewhere(site, link, path)
    ]

    assert lost == []


def test_an_id_stands_once_on_a_page(site: Path) -> None:
    for path in pages(site):
        assert [name for name, times in Counter(page(path).ids).items() if times > 1] == []


def test_nothing_is_loaded_from_another_host(site: Path) -> None:
    loaded = {each for path in pages(site) for each in page(path).loads}

    assert loaded == {"data:,", "site.css", "site.js", "search.js"}
    assert "url(" not in (site / "site.css").read_text("utf-8")
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(", (site / "site.js").read_text("utf-8"))


def test_links_that_leave_the_site_are_those_of_the_sources(site: Path, told: Reference) -> None:
    known = {source["url"] for source in told.sources.values() if "url" in source}

    outside = {link for path in pages(site) for link in page(path).links if "://" in link}

    assert outside
    assert outside <= known


def test_every_part_of_the_contract_has_its_place(site: Path, told: Reference) -> None:
    for clause in told.clauses:
        home = site / f"{clause.operation or clause.api}.html"
        assert clause.id in page(home).ids, clause.id
    assert told.quirks.keys() <= set(page(site / "quirks.html").ids)
    assert told.schemas.keys() <= set(page(site / "schemas.html").ids)
    assert {flow.id for flow in told.flows} <= set(page(site / "workflows.html").ids)
    assert len(told.operations) == 9


def test_a_clause_says_whether_each_of_its_checks_is_needed(site: Path) -> None:
    text = re.sub(r"\s+", " ", (site / "getContact.html").read_text("utf-8"))

    assert "Checked by probe contact-read; or Schemathesis, echoed_value" in text
    assert "Checked by every recorded exchange, by the schema; and probe refused-in-json" in text


def test_a_quirk_of_an_operation_stands_beside_it(site: Path, told: Reference) -> None:
    for clause in told.clauses:
        if clause.operation and clause.quirk:
            assert clause.quirk in page(site / f"{clause.operation}.html").ids, clause.id


def test_every_status_stands_at_its_operation(site: Path, told: Reference) -> None:
    for operation in told.operations:
        expected = {f"status-{status}" for status in operation.node["responses"]}
        assert expected <= set(page(site / operation.page).ids)


def test_what_the_search_finds_is_there(site: Path, told: Reference) -> None:
    text = (site / "search.js").read_text(encoding="utf-8")
    rows = json.loads(text[text.index("[") : text.rindex("]") + 1])

    assert len(rows) == len(list(index.entries(told)))
    assert [row for row in rows if not leads_somewhere(site, row[3], site / row[3])] == []


def test_the_same_contract_gives_the_same_bytes(site: Path) -> None:
    again = dict(pages_of.pages(reference.load()))

    assert {path.name: path.read_text(encoding="utf-8") for path in site.iterdir()} == again


def test_a_second_site_takes_the_place_of_the_first(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    docs.main(["--out", str(folder)])
    (folder / "goneOperation.html").write_text("old", encoding="utf-8")

    docs.main(["--out", str(folder)])

    assert not (folder / "goneOperation.html").exists()


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("dear", encoding="utf-8")

    with pytest.raises(ConfigError, match="holds something else"):
        docs.main(["--out", str(tmp_path)])

    assert (tmp_path / "thesis.txt").read_text("utf-8") == "dear"


def test_a_keyword_that_the_docs_do_not_know_stops_the_build(told: Reference) -> None:
    with pytest.raises(DocumentError, match="do not know the keyword 'multipleOf'"):
        shapes.shape(told, {"type": "integer", "multipleOf": 5})


def test_html_in_a_description_is_shown_and_not_obeyed() -> None:
    shown = prose.markdown("Sends <img src=x onerror=alert(1)> and `<b>`.")

    assert "<img" not in shown
    assert "&lt;img" in shown
    assert "<code>&lt;b&gt;</code>" in shown
