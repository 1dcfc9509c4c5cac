"""A user who lacks the roles of an operation gets 403 everywhere: that is no fault of the target."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from ccaas_kit.contract import layout, roles
from ccaas_kit.judging import scorecard
from ccaas_kit.model.contract import Contract
from ccaas_kit.run import options, run
from tests.conformance.targets import ADMIN, target

CONTRACT = Contract(layout.BUNDLE)
# A user of the sandbox with this role alone, named as it is.
ROLE = "csm_ws_integration"
REFUSED = ("createInteraction", "getExternalIdMapping")


def asked(url: str, out: Path, user: dict[str, str], *operations: str) -> int:
    chosen = [word for name in operations for word in ("--operation", name)]
    return run.run(
        options.parse(["--target", url, "--out", str(out), "--probes-only", *chosen]),
        environment=user,
        console=Console(quiet=True),
    )


def test_what_is_refused_for_want_of_a_role_is_blocked(tmp_path: Path) -> None:
    user = {"SN_USERNAME": ROLE, "SN_PASSWORD": ROLE}

    with target() as sandbox:
        code = asked(sandbox.url, tmp_path, user, "getContact", *REFUSED)

    card = scorecard.read(tmp_path)
    details = {
        clause["operation"]: clause["detail"]
        for clause in card["clauses"]
        if clause["verdict"] == "blocked" and "our user gets 403" in clause["detail"]
    }
    assert code == 0
    assert [finding for finding in card["findings"] if finding["severity"] != "note"] == []
    assert details.keys() == set(REFUSED)
    for name, detail in details.items():
        needed = roles.of(CONTRACT.node(CONTRACT.by_id[name].pointer))
        assert f"it needs {needed}" in detail, detail


def test_a_user_who_is_seen_to_have_the_role_is_to_be_served(tmp_path: Path) -> None:
    fault = "derived:createContact:status-replaced:201-by-403"
    with target("--fault", fault) as sandbox:
        code = asked(sandbox.url, tmp_path, ADMIN, "createContact")

    got = {finding["got"][:3] for finding in scorecard.read(tmp_path)["findings"]}
    assert code == 1
    assert "403" in got
