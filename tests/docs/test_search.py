"""The search box, in headless Chromium: keys, and what people type leads to the right page."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.browser import in_a_browser
from tests.docs.acting import acted, found

pytestmark = in_a_browser
# What people type, and the page that leads; several where they are equally right.
QUERIES = (
    ("hasmroe", "schemas.html#ListContactsResponse.hasMore"),
    ("hasMore", "schemas.html#ListContactsResponse.hasMore"),
    ("has more", "schemas.html#ListContactsResponse.hasMore"),
    ("rate limit", "errors.html#status-429"),
    ("throttling", "errors.html#status-429"),
    ("Retry-After", "errors.html#status-429"),
    ("too many requests", "errors.html#status-429"),
    ("409", "errors.html#status-409"),
    ("status 409", "errors.html#status-409"),
    ("conflict", "errors.html#status-409"),
    ("404", "errors.html#status-404"),
    ("unauthorized", "errors.html#status-401"),
    ("error", "errors.html"),
    ("status code", "errors.html"),
    ("close interaction", "closeInteraction.html"),
    ("hang up", "closeInteraction.html"),
    ("end call", "closeInteraction.html"),
    ("create contact", "createContact.html"),
    ("how to create a contact", "createContact.html"),
    ("create contct", "createContact.html"),
    ("get contact", "getContact.html"),
    ("find caller", "listContacts.html"),
    ("offer work", "offerWork.html"),
    ("transfer agent", "offerWork.html"),
    ("transfr agent", "offerWork.html"),
    ("map agent", "setAgentMapping.html"),
    ("routing id", "setExternalIdMapping.html getExternalIdMapping.html"),
    ("sys_id", "schemas.html#SysId"),
    ("guid", "schemas.html#SysId"),
    ("boolean", "schemas.html#GlideBoolean"),
    ("date", "schemas.html#GlideDateTime"),
    ("wrap up", "schemas.html#InteractionState"),
    ("timeout", "schemas.html#OfferAssignment.timeout"),
    ("external_provider", "schemas.html#ExternalIdMapping.external_provider"),
    ("mobile_phone", "schemas.html#Contact.mobile_phone"),
    ("pagination", "listContacts.html#parameter-sysparm_offset"),
    ("sort", "listContacts.html#parameter-sysparm_query"),
    ("order by", "listContacts.html#parameter-sysparm_query"),
    ("sysprm_query", "listContacts.html#parameter-sysparm_query"),
    ("role", "index.html#roles"),
    ("permission", "index.html#roles"),
    ("csm_ws_integration", "index.html#role-csm_ws_integration"),
    ("xml", "index.html#formats"),
    ("json", "index.html#formats"),
    ("oauth", "index.html#security-OAuth2"),
    ("bearer token", "index.html#security-OAuth2"),
    ("basic auth", "index.html#security-Basic index.html#authentication"),
    ("x-sn-apikey", "index.html#security-ApiKey"),
    ("api key", "index.html#security-ApiKey"),
    ("download openapi", "index.html#downloads"),
    ("swagger", "index.html#downloads"),
    ("base url", "index.html#base"),
    ("sandbox", "index.html#try"),
    ("curl", "index.html#apis"),
    ("sysparm_fields", "quirks.html#CON-014"),
    ("PLT-008", "quirks.html#PLT-008"),
)


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
        "by('search').focus(); type('contact');"
        "const first = by('search').getAttribute('aria-activedescendant'); press('ArrowDown');"
        "const second = by('search').getAttribute('aria-activedescendant');"
        "const count = by('results').children.length; const said = by('search-status').textContent;"
        "press('Escape'); const kept = [by('results').hidden, by('search').value];"
        "press('Escape'); tell([first, second, count, said, ...kept, by('search').value]);",
    )

    first, second, count, said, hidden, kept, emptied = found(document)
    assert (first, second, count) == ("result-0", "result-1", 20)
    assert (hidden, kept, emptied) == (True, "contact", "")
    assert re.fullmatch(r"20 of \d+ results", said)


def test_what_people_type_leads_to_the_right_page(copy: Path) -> None:
    queries = [query for query, _ in QUERIES]
    script = f"""
    tell({json.dumps(queries)}.map((query) => {{
      type(query);
      const first = by('results').querySelector('a');
      return first && first.getAttribute('href');
    }}));
    """

    leads = found(acted(copy, "index.html", script))

    wrong = [
        (query, page, lead)
        for (query, page), lead in zip(QUERIES, leads, strict=True)
        if lead not in page.split(" ")
    ]
    assert len(QUERIES) >= 40
    assert wrong == []


def test_a_search_that_finds_nothing_says_so(copy: Path) -> None:
    document = acted(
        copy,
        "index.html",
        "type('xyzzy'); tell([by('results').textContent, by('search-status').textContent])",
    )

    assert found(document) == [
        "Nothing found. Try a field, a status or an operation.",
        "Nothing found",
    ]


def test_words_that_every_object_has_are_searched_like_others(copy: Path) -> None:
    document = acted(
        copy,
        "index.html",
        "type('zyzzy constructor'); const one = by('search-status').textContent;"
        "type('offer work'); type('toString'); tell([one, by('search-status').textContent]);",
    )

    for said in found(document):
        assert re.fullmatch(r"Nothing found|(\d+ of )?\d+ results?", said)
