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
from ccaas_kit.contract import documents, layout
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
        attributes = {name: value or "" for name, value in attrs}
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag == "a":
            self.links.append(attributes["href"])
        elif "src" in attributes or "href" in attributes:
            self.loads.append(attributes.get("src") or attributes["href"])


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
    loaded = {name for path in pages(site) for name in page(path).loads}
    scripts = {"site.js", "search.js", "search-index.js", "minisearch.js"}

    assert loaded == {"data:,", "site.css", *scripts}
    assert "url(" not in (site / "site.css").read_text("utf-8")
    for name in ("site.js", "search.js"):
        text = (site / name).read_text("utf-8")
        assert not re.search(r"\bfetch\(|XMLHttpRequest|\bimport\(", text), name
    # The library, too, may load nothing: the browser holds it to that.
    for path in pages(site):
        assert "Content-Security-Policy\" content=\"default-src 'none';" in path.read_text("utf-8")


def test_links_that_leave_the_site_are_those_of_the_sources(
    site: Path, contract: Reference
) -> None:
    known = {source["url"] for source in contract.sources.values() if "url" in source}

    outside = {link for path in pages(site) for link in page(path).links if "://" in link}

    assert outside
    assert outside <= known


def test_every_part_of_the_contract_has_its_place(site: Path, contract: Reference) -> None:
    for clause in contract.clauses:
        home = site / f"{clause.operation or clause.api}.html"
        assert clause.id in page(home).ids, clause.id
    assert contract.quirks.keys() <= set(page(site / "quirks.html").ids)
    assert contract.schemas.keys() <= set(page(site / "schemas.html").ids)
    assert {flow.id for flow in contract.flows} <= set(page(site / "workflows.html").ids)
    assert len(contract.operations) == 9


def test_a_clause_says_whether_each_of_its_checks_is_needed(site: Path) -> None:
    text = re.sub(r"\s+", " ", (site / "getContact.html").read_text("utf-8"))

    assert "Checked by probe contact-read; or Schemathesis, echoed_value" in text
    assert "Checked by the schema, on every recorded exchange; and probe refused-in-json" in text


def test_a_quirk_of_an_operation_stands_beside_it(site: Path, contract: Reference) -> None:
    for clause in contract.clauses:
        if clause.operation and clause.quirk:
            assert clause.quirk in page(site / f"{clause.operation}.html").ids, clause.id


def test_every_status_stands_at_its_operation(site: Path, contract: Reference) -> None:
    for operation in contract.operations:
        expected = {f"status-{status}" for status in operation.node["responses"]}
        assert expected <= set(page(site / operation.page).ids)


def test_an_operation_begins_with_base_url_roles_and_errors(
    site: Path, contract: Reference
) -> None:
    for operation in contract.operations:
        top = (site / operation.page).read_text("utf-8").partition("<h1>")[2].partition("<h2")[0]
        errors = {status for status in operation.node["responses"] if status >= "400"}
        assert 'id="base-url"' in top
        assert set(re.findall(r'href="index.html#role-([^"]+)"', top)) == set(operation.roles.names)
        assert set(re.findall(r'href="#status-(\d+)"', top)) == errors | {"405"}


def test_a_schema_leads_to_its_operations(site: Path) -> None:
    text = (site / "schemas.html").read_text("utf-8")

    def operations(schema: str) -> list[str]:
        section = text.partition(f'id="{schema}"')[2].partition("</section>")[0]
        users = section.partition('<p class="users">')[2].partition("part of")[0]
        return re.findall(r'href="(\w+)\.html"', users)

    assert operations("OfferAssignment") == ["offerWork"]
    assert operations("Contact") == ["listContacts", "getContact"]
    # A parameter of the path.
    assert operations("InboundId") == ["setAgentMapping"]


def test_the_matrix_has_every_status_of_every_operation(site: Path, contract: Reference) -> None:
    text = (site / "errors.html").read_text("utf-8")
    cells = set(re.findall(r'<td><a href="(\w+)\.html#status-(\d+)" aria-label="([^"]+)"', text))

    expected = {
        (operation.id, status)
        for operation in contract.operations
        for status in operation.node["responses"]
    }
    shown = {(operation, status): label for operation, status, label in cells}
    others = {pair for pair in shown if pair[1] == "405"}
    assert shown.keys() == expected | others
    assert {operation for operation, _ in others} == {
        operation.id for operation in contract.operations
    }
    # AWA-OFFER-S400 is assumed, AWA-OFFER-S409 documented.
    assert shown["offerWork", "400"] == "offerWork 400, assumed"
    assert shown["offerWork", "409"] == "offerWork 409, documented"


def test_every_heading_shows_its_address_and_stands_in_the_outline(site: Path) -> None:
    for path in pages(site):
        text = path.read_text("utf-8")
        (outline,) = re.findall(r'<ul class="outline".*?</ul>', text, re.DOTALL)
        headings = re.findall(r'<h2 id="([^"]+)">(.*?)</h2>', text, re.DOTALL)
        assert headings, path.name
        for name, content in headings:
            target = name.removesuffix("-title")
            assert content.startswith(f'<a class="anchor" href="#{target}">'), (path.name, name)
            assert f'href="#{target}"' in outline, (path.name, name)


def test_every_bundle_can_be_downloaded(site: Path) -> None:
    for folder, form, version in (
        (layout.BUNDLES, "contract", "3.1"),
        (layout.DOWNGRADES, "3.0", "3.0"),
    ):
        for bundle in folder.glob("*.yaml"):
            home = site / ("index.html" if bundle.stem == "all" else f"{bundle.stem}.html")
            links = page(home).links
            name = f"openapi/{bundle.stem}-{form}"
            text = bundle.read_text("utf-8")
            assert {f"{name}.yaml", f"{name}.json"} <= set(links)
            assert (site / f"{name}.yaml").read_text("utf-8") == text
            content = json.loads((site / f"{name}.json").read_text("utf-8"))
            assert content == documents.load_mapping(bundle)
            assert content["openapi"].startswith(version)


def test_what_the_search_finds_is_there(site: Path, contract: Reference) -> None:
    text = (site / index.NAME).read_text(encoding="utf-8")
    rows = json.loads(text[text.index("[\n") : text.rindex("]") + 1])

    assert len(rows) == len(list(index.entries(contract)))
    assert [row for row in rows if not leads_somewhere(site, row[3], site / row[3])] == []


def test_the_same_contract_gives_the_same_bytes(site: Path) -> None:
    again = dict(pages_of.pages(reference.load()))

    written = {
        path.relative_to(site).as_posix(): path.read_text(encoding="utf-8")
        for path in site.rglob("*.*")
    }
    assert written == again


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


def test_a_keyword_that_the_docs_do_not_know_stops_the_build(contract: Reference) -> None:
    with pytest.raises(DocumentError, match="do not know the keyword 'multipleOf'"):
        shapes.shape(contract, {"type": "integer", "multipleOf": 5})


def test_html_in_a_description_is_shown_and_not_obeyed() -> None:
    shown = prose.markdown("Sends <img src=x onerror=alert(1)> and `<b>`.")

    assert "<img" not in shown
    assert "&lt;img" in shown
    assert "<code>&lt;b&gt;</code>" in shown
