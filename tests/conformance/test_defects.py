"""A defect of the runner: exit 70, one line, a file for a bug report, and never a violation."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.console import Console

from ccaas_kit import probes
from ccaas_kit.cli import judge_log
from ccaas_kit.contract import clauses, layout
from ccaas_kit.contract.defects import Defects
from ccaas_kit.contract.errors import ConfigError, DefectError
from ccaas_kit.judging.judge import Judge, named_pointers
from ccaas_kit.judging.subjects import Subject
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.model import pools
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import Exchange, Response
from ccaas_kit.probes.probing import Probe, Probing
from ccaas_kit.reporting import junit, page, terminal
from ccaas_kit.sandbox.http.messages import Response as SandboxResponse
from tests.conformance.conftest import Outcome, judge_shop
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed, with_json
from tests.conformance.things import Shop
from tests.looping import every

CONTRACT = Contract(layout.BUNDLE)
PROMISED = clauses.load()
POOLS = pools.build(CONTRACT, {}, seeded=True)
NAMED = named_pointers(PROMISED, CONTRACT)


def exchange(
    operation: str,
    *,
    response: bytes = b"{}",
    status: int = 200,
    media: str = "application/json",
    sent: bytes | None = None,
    query: str = "",
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Exchange:
    found = CONTRACT.by_id[operation]
    path = found.path.replace("{id}", "a" * 32)
    return Exchange(
        operation=found,
        phase="fuzzing",
        method=found.method,
        url=f"http://127.0.0.1:1{path}{'?' if query else ''}{query}",
        request_headers={"Content-Type": "application/json"},
        request_body=sent,
        response=Response(status, {"content-type": media, **(headers or {})}, response),
        **more,
    )


def judged(*seen: Exchange) -> tuple[dict[str, tuple[Verdict, str]], Defects]:
    """Verdict and detail of each clause of the contract, and the defects that judging met."""
    traffic = Traffic(CONTRACT, seen, NAMED)
    judging = Judge(CONTRACT, PROMISED, traffic, POOLS, blocked={})
    found = {
        judgement.id: (judgement.verdict, judgement.detail) for judgement in judging.judgements()
    }
    judging.unnamed()
    defects = Defects([*traffic.defects.found, *judging.defects.found])
    return found, defects


@every("depth", [101, 300, 5000, 100_000])
@every("media", ["application/json", "application/xml"])
def test_a_deep_response_is_not_readable(media: str, depth: int) -> None:
    is_json = media.endswith("json")
    body = b'{"a":' * depth + b"1" + b"}" * depth if is_json else b"<a>" * depth + b"</a>" * depth

    found, defects = judged(exchange("getContact", response=body, media=media))

    assert defects.found == []
    said = {detail for verdict, detail in found.values() if verdict is Verdict.VIOLATES}
    assert any("not readable: nested deeper than 100" in detail for detail in said)


@every(
    "seen",
    [
        exchange("listContacts", query="sysparm_limit=" + "[" * 5000),
        exchange("listContacts", query="sysparm_limit=" + quote('{"a":') * 3000),
        exchange("listContacts", query="sysparm_limit=" + "9" * 5000),
        exchange("listContacts", query="sysparm_limit=NaN&sysparm_offset=1e999"),
        exchange("createContact", sent=b"[" * 5000, status=400),
        exchange("createContact", sent=b'{"a":' * 300 + b"1" + b"}" * 300, status=201),
        exchange("createContact", sent=b"9" * 5000, status=400),
        replace(exchange("getContact"), url="http://[hidden]:80/api/now/contact/x?a=[b"),
        replace(exchange("getContact"), url="[hidden]"),
        exchange("createContact", sent=b"{}", headers={"location": "\ud800"}, status=201),
    ],
    ids=[
        "brackets",
        "braces",
        "digits",
        "NaN",
        "body",
        "deep body",
        "number",
        "host",
        "no URL",
        "header",
    ],
)
def test_a_request_that_is_out_of_all_measure_is_judged(seen: Exchange) -> None:
    found, defects = judged(seen)

    assert defects.found == []
    assert len(found) == len(PROMISED)


_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.just("result"), inner),
)
_BODIES = st.one_of(
    st.binary(max_size=200),
    _JSON.map(lambda value: json.dumps({"result": value}).encode()),
    st.integers(90, 400).map(lambda depth: b'{"result":' * depth + b"1" + b"}" * depth),
    st.integers(90, 400).map(lambda depth: b"<result>" * depth + b"</result>" * depth),
)
_PLAIN: dict[str, Any] = {
    "operation": "getContact",
    "status": 200,
    "media": "application/json",
    "response": b"{}",
    "sent": None,
    "query": "",
    "headers": {},
    "credentials": "own",
    "positive": True,
}
_HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "www-authenticate", "location", "date", "link"]),
    st.text(max_size=20),
)


@settings(max_examples=40, deadline=None)
@given(
    operation=st.sampled_from(["getContact", "listContacts", "createContact", "sendOffer"]).filter(
        CONTRACT.by_id.__contains__
    ),
    status=st.sampled_from([0, 100, 200, 201, 299, 400, 401, 404, 500, 999]),
    media=st.sampled_from(["application/json", "application/xml", "text/html", "", ";;"]),
    response=_BODIES,
    sent=st.none() | _BODIES,
    query=st.text(st.characters(codec="ascii"), max_size=60)
    | st.sampled_from(["sysparm_limit=", "sysparm_query=^OR", "sysparm_offset="]).flatmap(
        lambda name: st.text(st.sampled_from("[]{}019eE+-.\"'^%&=; "), max_size=300).map(
            lambda value: name + value
        )
    ),
    headers=_HEADERS,
    credentials=st.sampled_from(["own", "wrong", "none"]),
    positive=st.booleans(),
)
@example(**{**_PLAIN, "media": "application/xml", "response": b"<a>" * 300 + b"</a>" * 300})
@example(**{**_PLAIN, "operation": "listContacts", "query": "sysparm_limit=" + "[" * 5000})
def test_judging_raises_nothing_whatever_is_exchanged(
    *,
    operation: str,
    status: int,
    media: str,
    response: bytes,
    sent: bytes | None,
    query: str,
    headers: dict[str, str],
    credentials: str,
    positive: bool,
) -> None:
    seen = exchange(
        operation,
        status=status,
        media=media,
        response=response,
        sent=sent,
        query=query,
        headers=headers,
        credentials=credentials,
        positive=positive,
    )

    found, defects = judged(seen)

    assert defects.found == []
    assert len(found) == len(PROMISED)


def _fails(_probing: Probing, _subject: Subject) -> str:
    raise RuntimeError("a probe that fails\nby a defect")


def test_a_defect_of_a_probe_is_noted_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(probes.PROBES, "known-url", Probe("known-url", "", _fails))
    with bed.probing(Bed()) as seen:
        failed = bed.blocked(seen, "known-url", "getContact")
        bed.conforms(seen, "wrong-password-refused", "getContact")

        (defect,) = seen.defects.found

    assert "a defect of the runner" in failed.detail
    assert defect.where.startswith("probe known-url of getContact")
    assert defect.error == "RuntimeError: a probe that fails by a defect"
    assert "_fails" in defect.trace


def _expects_a_list(probing: Probing, _subject: Subject) -> str:
    exchange = probing.once("a contact", lambda: probing.call("getContact", path={"id": "x" * 32}))
    return str(exchange.response.json()["no such key"] if exchange.response else "")


def _wrong_shape(_request: object, response: SandboxResponse) -> SandboxResponse:
    return with_json(response, lambda _body: ["of", "another", "form"])


@pytest.mark.parametrize(("is_odd", "defects"), [(True, 0), (False, 2)])
def test_a_response_against_the_contract_excuses_a_probe_and_a_valid_one_does_not(
    is_odd: bool, defects: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(probes.PROBES, "known-url", Probe("known-url", "", _expects_a_list))
    fault = _wrong_shape if is_odd else Bed().fault
    with bed.probing(Bed(fault=fault)) as seen:
        # The second look meets the same answer, without asking again.
        opinions = [bed.look(seen, "known-url", "getContact") for _ in range(2)]

        assert len(seen.defects.found) == defects
        assert len(seen.seen("getContact")) == 1
    verdict = Verdict.UNVERIFIED if is_odd else Verdict.BLOCKED
    assert {opinion.verdict for opinion in opinions} == {verdict}


def _raising(*_args: object, **_kwargs: object) -> Any:
    raise RecursionError("out of all measure")


def ended(folder: Path, shop: Shop | None = None) -> tuple[DefectError, dict[str, bytes]]:
    """The error that ends a run, and the files that it leaves."""
    with pytest.raises(DefectError) as caught:
        judge_shop(shop or Shop(), folder, "--operation", "getThing", examples=1)
    out = folder / "out"
    return caught.value, {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    folder = tmp_path_factory.mktemp("earlier")
    return judge_shop(Shop(), folder, "--operation", "getThing", examples=1)


def test_a_defect_of_judging_leaves_the_reports_of_the_run_before(
    earlier: Outcome, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = Path(shutil.copytree(earlier.out, tmp_path / "out"))
    kept = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    monkeypatch.setattr(Judge, "_judgement", _raising)
    monkeypatch.setattr(Judge, "judgements", _raising)

    error, files = ended(tmp_path)

    assert error.code == 70
    assert "RecursionError: out of all measure" in str(error)
    assert str(out / "defect.txt") in str(error)
    assert len(str(error).splitlines()) == 1
    for name in ("scorecard.json", "scorecard.html", "junit.xml", "traffic.har"):
        assert files[name] == kept[name]
    assert b"in _raising" in files["defect.txt"]
    assert b"seed: 1" in files["defect.txt"]
    assert not (out / ".unfinished").exists()


def test_a_defect_in_one_clause_leaves_the_others_judged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = Judge._judgement

    def failing(self: Judge, clause: clauses.Clause) -> Any:
        return _raising() if clause.id == "GET-S200" else sound(self, clause)

    monkeypatch.setattr(Judge, "_judgement", failing)

    error, files = ended(tmp_path)

    card = json.loads(files["scorecard.json"])
    verdicts = {clause["id"]: (clause["verdict"], clause["detail"]) for clause in card["clauses"]}
    assert verdicts["GET-S200"][0] == "blocked"
    assert "a defect of the runner" in verdicts["GET-S200"][1]
    assert card["defects"] == [
        {"where": "judging GET-S200", "error": "RecursionError: out of all measure"}
    ]
    assert (card["conforms"], card["findings"]) == (False, [])
    assert "judging GET-S200" in str(error)
    page_text = files["scorecard.html"].decode()
    assert "Not judged to the end, 1 defect of the runner" in page_text
    assert "The contract is violated" not in page_text
    root = ET.fromstring(files["junit.xml"])
    assert (root.get("errors"), root.get("failures")) == ("1", "0")


@pytest.mark.parametrize(
    ("module", "name", "where", "missing"),
    [
        (junit, "text", "writing junit.xml", {"junit.xml"}),
        (page, "text", "writing scorecard.html", {"scorecard.html"}),
        (terminal, "show", "writing the scorecard on the terminal", set()),
    ],
)
def test_a_defect_of_a_report_stops_no_other(
    *,
    module: Any,
    name: str,
    where: str,
    missing: set[str],
    earlier: Outcome,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    out = Path(shutil.copytree(earlier.out, tmp_path / "out"))
    monkeypatch.setattr(module, name, _raising)

    # A run ends as the judging of its log does.
    words = [str(earlier.out), "--out", str(out)]
    with pytest.raises(DefectError) as caught:
        judge_log.main(
            words, environment={}, console=Console(file=io.StringIO()), sources=earlier.sources
        )

    files = {path.name for path in out.iterdir()}
    reports = {"scorecard.json", "scorecard.html", "junit.xml", "traffic.har"}
    assert where in str(caught.value)
    # That of the run before does not stand beside the new ones.
    assert reports - files == missing


def test_the_file_for_a_bug_report_holds_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "canary/7f3a+secret"

    def failing(*_args: object) -> Any:
        raise RuntimeError(f"the answer was {secret}")

    monkeypatch.setattr(Judge, "judgements", failing)
    monkeypatch.setattr(sys, "argv", ["ccaas", "--target", f"https://u:{secret}@x.example"])

    error, files = ended(tmp_path, Shop(credentials=f"canary:{secret}"))

    assert secret not in str(error)
    assert secret.encode() not in files["defect.txt"]
    assert b"the answer was [hidden]" in files["defect.txt"]


def test_a_command_ends_with_70_in_one_line(tmp_path: Path) -> None:
    program = (
        "from ccaas_kit.contract import command\n"
        "def main():\n    raise LookupError('never\\nforeseen: hush-hush')\n"
        "command.run('tool', main, clean=lambda text: text.replace('hush-hush', '[hidden]'))\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env={"TMPDIR": str(tmp_path), "PYTHONPATH": "."},
    )

    (file,) = tmp_path.iterdir()
    assert done.returncode == 70
    assert len(done.stderr.splitlines()) == 1
    assert "LookupError: never foreseen: [hidden]" in done.stderr
    assert str(file) in done.stderr
    assert "in main" in file.read_text()
    assert "hush-hush" not in done.stderr + file.read_text()


def test_an_error_that_a_user_can_mend_is_no_defect() -> None:
    defects = Defects()

    with pytest.raises(ConfigError), defects.kept("reading the config"):
        raise ConfigError("is wrong")

    assert defects.found == []
