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
