"""The page at `/` as people use it, in headless Chromium."""

from __future__ import annotations

from pathlib import Path

from ccaas_kit.contract.layout import ROOT
from tests.browser import in_a_browser
from tests.looping import every
from tests.sandbox.conftest import Caller
from tests.sandbox.page import acted

pytestmark = in_a_browser
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def test_a_call_is_tried_and_seen_and_a_fault_is_switched_on(
    sandbox: Caller, tmp_path: Path
) -> None:
    script = """
    id('tab-try').click();
    choose('operation', 'createContact');
    id('send').click();
    await until(() => document.querySelector('#response .status'));
    const sent = document.querySelector('#response .status').textContent;
    await until(() => document.querySelector('#request-list .open'));
    document.querySelector('#request-list .open').click();
    await until(() => document.querySelector('.whole .columns'));
    const seen = document.querySelector('.whole').textContent;
    const row = document.querySelector('#request-list .line').textContent;
    id('tab-tables').click();
    await until(() => document.querySelector('#record-list .tag'));
    const changed = document.querySelector('#record-list summary').textContent;
    const before = id('banner').checkVisibility();
    id('tab-faults').click();
    type('fault-filter', 'sleeping instance');
    const listed = [...document.querySelectorAll('#fault-list li')].filter((item) => item.checkVisibility());
    listed[0].querySelector('input').click();
    await until(() => id('banner').checkVisibility());
    return {sent, seen, row, changed, before, listed: listed.length, banner: id('banner').textContent};
    """

    seen = acted(sandbox.app, tmp_path, script)

    assert seen["sent"] == "201"
    assert "createContact" in seen["row"]
    assert "admin" in seen["row"]
    assert "Basic [hidden]" in seen["seen"]
    assert "YWRtaW46YWRtaW4=" not in seen["seen"]
    assert "62fe1c97db76c3006b7a9646db961999" in seen["seen"]
    assert seen["changed"].endswith("62fe1c97db76c3006b7a9646db961999new")
    assert (seen["before"], seen["listed"]) == (False, 1)
    assert "hibernating" in seen["banner"]
    assert sandbox.instance.faults == {"hibernating"}


def test_a_request_is_edited_as_it_was_sent(sandbox: Caller, tmp_path: Path) -> None:
    kinds = {"accept": "a/b", "content-type": "application/xml"}
    sandbox("POST", "/api/now/v1/contact", raw=b"<a>", headers=kinds)
    sandbox("GET", "/api/now/nothing")
    script = """
    await until(() => document.querySelectorAll('#request-list .open').length === 2);
    for (const open of document.querySelectorAll('#request-list .open')) open.click();
    await until(() => document.querySelectorAll('.whole .bar').length === 2);
    const edit = [...document.querySelectorAll('.whole .bar button:last-child')];
    const shown = edit.map((button) => button.checkVisibility());
    edit[1].click();
    return [shown, ...['operation', 'accept', 'content-type', 'path', 'body'].map((name) => id(name).value)];
    """

    seen = acted(sandbox.app, tmp_path, script)

    shown = [False, True]
    assert seen == [
        *(shown, "createContact", "a/b", "application/xml", "/api/now/v1/contact", "<a>"),
    ]


def test_the_reference_has_the_url_of_the_sandbox_and_leads_to_try_it(
    sandbox: Caller, tmp_path: Path
) -> None:
    script = """
    id('tab-reference').click();
    await until(() => id('reference-text').childElementCount);
    choose('reference-operation', 'offerWork');
    const text = id('reference-text').textContent, origin = location.origin;
    const fields = [...document.querySelectorAll('#reference-text td:first-child code')].map((name) => name.textContent);
    const open = [...document.querySelectorAll('#reference-text details[open] .status')].map((status) => status.textContent);
    [...document.querySelectorAll('#reference-text button')].at(-1).click();
    return {text, origin, fields, open, operation: id('operation').value, shown: id('try').checkVisibility()};
    """

    seen = acted(sandbox.app, tmp_path, script)

    path = "/api/now/awa/documents/{document_table}/{document_sys_id}/offer"
    assert f"POST {seen['origin']}{path}" in seen["text"]
    assert "awa_manager or awa_integration_user" in seen["text"]
    assert {"document_table", "queue_id", "transfer.target_type", "result.work_item.sys_id"} <= {
        *seen["fields"]
    }
    assert seen["open"] == ["200"]
    assert (seen["operation"], seen["shown"]) == ("offerWork", True)


def test_slow_and_failed_replies_leave_the_page_right(sandbox: Caller, tmp_path: Path) -> None:
    script = """
    const real = window.fetch, searches = [];
    let looks = 0, most = 0, count = 0;
    const later = (ms) => new Promise((done) => setTimeout(done, ms));
    window.fetch = async (url, init) => {
      if (url.includes('page/tables')) searches.push(url.split('/').pop());
      if (url.includes('search=xyzzy')) await later(400);
      if (url.endsWith('/fault')) return new Response('{"error": "no"}', {status: 400});
      if (!url.includes('page/news')) return real(url, init);
      looks += 1; count += 1; most = Math.max(most, looks);
      await later(300);
      const response = await real(url, init);
      looks -= 1;
      return response;
    };
    const box = document.querySelector('#fault-list input');
    box.click();
    await until(() => id('fault-error').textContent);
    const checked = box.checked;
    for (let click = 0; click < 5; click += 1) { id('forget').click(); await later(50); }
    const before = count;
    await later(2000);
    id('tab-tables').click();
    type('table-search', 'xyzzy');
    type('table-search', '');
    await until(() => id('table-count').textContent);
    await later(1000);
    return {checked, most, went_on: count > before, searches, shown: id('table-count').textContent};
    """

    seen = acted(sandbox.app, tmp_path, script)

    assert seen["checked"] is False
    assert (seen["most"], seen["went_on"]) == (1, True)
    # The tab as it opens, the search and what changed, and all records again.
    assert sorted(seen["searches"]) == [*["tables"] * 3, "tables?search=xyzzy"]
    assert seen["shown"].startswith("Nothing has changed")


@every("scheme", [1, 0], ids=["light", "dark"])
def test_axe_finds_nothing_serious(scheme: int, sandbox: Caller, tmp_path: Path) -> None:
    sandbox("GET", "/api/now/contact", user="no_roles")
    sandbox("POST", "/_sandbox/fault", {"on": ["hibernating"]})
    sandbox("POST", "/_sandbox/snapshot", {"name": "one"})
    script = """
    await until(() => document.querySelector('#request-list .open'));
    document.querySelector('#request-list .open').click();
    await until(() => document.querySelector('.why'));
    const wrong = [];
    let passes = 0, beyond = 0;
    for (const tab of document.querySelectorAll('[role=tab]')) {
      tab.click();
      if (tab.id === 'tab-tables') {
        await until(() => id('table').options.length > 1);
        choose('table', 'sys_user');
        await until(() => document.querySelector('#record-list details'));
        document.querySelector('#record-list details').open = true;
      }
      if (tab.id === 'tab-reference') await until(() => id('reference-text').childElementCount);
      const result = await axe.run({resultTypes: ['violations'], preload: false});
      beyond = Math.max(beyond, document.documentElement.scrollWidth - innerWidth);
      passes += result.passes.length;
      wrong.push(...result.violations.map((found) => [tab.id, found.impact, found.id, found.nodes[0].html]));
    }
    return [passes, wrong, beyond];
    """

    passes, violations, beyond = acted(
        sandbox.app,
        tmp_path,
        script,
        f"--blink-settings=preferredColorScheme={scheme}",
        "--window-size=500,900",
        axe=AXE.read_bytes(),
    )

    assert passes > 50
    assert [found for found in violations if found[1] in ("serious", "critical")] == []
    assert beyond == 0
