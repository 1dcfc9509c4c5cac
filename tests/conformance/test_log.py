"""The log of a run is all that the judge reads: the same verdicts again, also of a killed run."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from ccaas_kit.cli import judge_log
from ccaas_kit.contract import clauses
from ccaas_kit.contract.errors import DefectError, DocumentError, TargetError
from ccaas_kit.contract.layout import ROOT
from ccaas_kit.judging.judgement import judge
from ccaas_kit.judging.log import lines, reading
from ccaas_kit.judging.log.events import (
    DefectMet,
    Exchanged,
    Fault,
    Leaked,
    LoggedDeviation,
    NothingKept,
    OpinionGiven,
    RunEnded,
    RunStarted,
    ScopeKnown,
    Source,
)
from ccaas_kit.judging.log.log import LogFile, Recording, Writer
from ccaas_kit.judging.measuring import Measured, Measuring
from ccaas_kit.judging.verdicts import Verdict
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import CheckResult, Response
from ccaas_kit.reporting import har
from ccaas_kit.run.sources import Sources
from tests.conformance.conftest import Outcome, judge_shop
from tests.conformance.test_judge import exchange
from tests.conformance.things import KNOWN, Shop, serving, write_contract

SECRET = "canary/7f3a+secret"
FAULTS = frozenset({"wrong-type", "lax-value", "crash", "no-challenge"})
_PROGRAM = (
    "import os, sys\n"
    "from pathlib import Path\n"
    "from rich.console import Console\n"
    "from ccaas_kit.cli import judge_log\n"
    "from ccaas_kit.run.sources import Sources\n"
    "folder = Path(sys.argv[1])\n"
    "sources = Sources(folder / 'all.yaml', folder / 'clauses.json')\n"
    "sys.exit(judge_log.main(sys.argv[2:], environment={}, console=Console(), sources=sources))\n"
)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A run with findings, on a server that tells the caller his own secret."""
    shop = Shop(faults=FAULTS, credentials=f"canary:{SECRET}")
    return judge_shop(shop, tmp_path_factory.mktemp("faulty"))


def judged_again(log: Path, contract: Path, out: Path) -> tuple[int, dict[str, Any], str]:
    """Exit code, scorecard and errors of the command in another process."""
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(contract), str(log), "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, _card(out), done.stderr


def _card(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "scorecard.json").read_text(encoding="utf-8"))
    return found


def test_the_log_gives_the_same_scorecard_in_another_process(
    faulty: Outcome, tmp_path: Path
) -> None:
    log = faulty.out / "exchanges.ndjson"

    code, card, error = judged_again(log, faulty.out.parent / "contract", tmp_path)

    assert (code, error) == (1, "")
    assert card == faulty.card
    assert faulty.card["summary"]["violates"] > 2
    for name in ("scorecard.html", "junit.xml", "traffic.har"):
        assert (tmp_path / name).read_bytes() == (faulty.out / name).read_bytes()


@pytest.mark.parametrize("password", ["e", "200", "lamp-lamp"])
def test_secrets_in_bodies_change_no_verdict(password: str, tmp_path: Path) -> None:
    shop = Shop(credentials=f"canary:{password}")

    outcome = judge_shop(shop, tmp_path, examples=2)

    assert outcome.card["findings"] == []
    assert outcome.code == 0
    assert '"measured"' in (outcome.out / "exchanges.ndjson").read_text(encoding="utf-8")


def test_a_line_tells_who_sent_what(faulty: Outcome) -> None:
    text = (faulty.out / "exchanges.ndjson").read_text(encoding="utf-8")
    events = [json.loads(line) for line in text.splitlines()]

    head, end = events[0], events[-1]
    exchanges = [event for event in events if event["kind"] == "exchange"]

    assert (head["kind"], head["format"], head["seed"]) == ("run", 1, 1)
    assert (end["kind"], end["complete"], end["fault"]) == ("end", True, None)
    assert [event["number"] for event in exchanges] == [*range(1, len(exchanges) + 1)]
    assert len(exchanges) == faulty.card["requests"]
    assert {event["source"] for event in exchanges} >= {"random requests, coverage"}
    assert {event["user"] for event in exchanges} >= {"own", "none"}
    assert SECRET not in text


def test_a_log_that_breaks_off_is_judged_by_what_it_holds(faulty: Outcome, tmp_path: Path) -> None:
    lines_of_log = (faulty.out / "exchanges.ndjson").read_bytes().splitlines(keepends=True)
    cut = tmp_path / "cut.ndjson"
    cut.write_bytes(b"".join(lines_of_log[:60]) + lines_of_log[60][:25])

    code, card, _ = judged_again(cut, faulty.out.parent / "contract", tmp_path / "out")

    assert code == 1
    assert card["complete"] is False
    assert 0 < card["requests"] < faulty.card["requests"]


def test_a_killed_run_can_be_judged(tmp_path: Path) -> None:
    contract = tmp_path / "contract"
    write_contract(contract)
    log = tmp_path / "out" / "exchanges.ndjson"
    program = (
        "import sys\nfrom pathlib import Path\nfrom rich.console import Console\n"
        "from ccaas_kit.run import options\nfrom ccaas_kit.run.run import run\nfrom ccaas_kit.run.sources import Sources\n"
        "folder = Path(sys.argv[1])\n"
        "sources = Sources(folder / 'all.yaml', folder / 'clauses.json')\n"
        "run(options.parse(sys.argv[2:]), environment={'SN_USERNAME': 'admin', 'SN_PASSWORD':"
        " 'admin'}, console=Console(), sources=sources)\n"
    )
    with serving(Shop()) as url:
        words = ["--target", url, "--out", str(log.parent), "--disposable", "--max-examples", "500"]
        with subprocess.Popen(
            [sys.executable, "-c", program, str(contract), *words],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as process:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and _exchanges_in(log) < 20:
                time.sleep(0.1)
            process.kill()

    code, card, _ = judged_again(log, contract, tmp_path / "judged")

    assert code == 0
    assert card["complete"] is False
    assert card["requests"] >= 20
    assert card["summary"]["conforms"] > 0
    assert not (log.parent / "scorecard.json").exists()


def _exchanges_in(log: Path) -> int:
    return log.read_bytes().count(b'"kind":"exchange"') if log.exists() else 0


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    return Contract(write_contract(tmp_path_factory.mktemp("contract")).bundle)


def form(contract: Contract, secret: str = "") -> lines.Form:
    measuring = Measuring(contract, frozenset({"#/components/schemas/Thing/properties/name"}))
    return lines.Form(
        clean=lambda text: text.replace(secret, "[hidden]") if secret else text,
        hidden=frozenset({"authorization"}),
        measure=measuring.of,
    )


def every_kind(contract: Contract) -> list[Any]:
    thing = exchange(contract, "getThing", 200, {"id": KNOWN, "name": "a lamp", "state": "new"})
    return [
        ScopeKnown(
            frozenset({"getThing"}), {"createThing": "no"}, frozenset({"id"}), {"id": ("a",)}
        ),
        Exchanged(
            replace(
                thing,
                number=1,
                source="probe x",
                user="plain",
                request_body=b"\xff\xfe",
                created_by="createThing",
                checks=(CheckResult("ignored_auth", failed=True, message="why"),),
            )
        ),
        Exchanged(replace(thing, number=2, response=None, user="own")),
        OpinionGiven(
            Source.PROBE,
            "x",
            Verdict.VIOLATES,
            "d",
            "getThing",
            "#/a",
            (LoggedDeviation("CK501", "getThing", "this", "that", 1),),
        ),
        OpinionGiven(Source.WORKFLOW, "w/step", Verdict.CONFORMS, "d"),
        NothingKept("getThing", "it shows what nobody created"),
        Leaked("things", "a" * 32, "the target was gone"),
        DefectMet("probe x", "TypeError"),
        RunEnded(complete=False, seconds=1.5, fault=Fault("is gone", "http://a", "Start it")),
    ]


def test_every_event_comes_back_as_it_was_written(contract: Contract, tmp_path: Path) -> None:
    events = every_kind(contract)
    with Writer(tmp_path / "log", form(contract)) as writer:
        for event in (_head(), *events):
            writer.handle(event)

    log = LogFile(tmp_path / "log", contract)

    assert list(log.events()) == [_head(), *events]
    assert log.exchange(2) == events[2].exchange
    assert [recorded.number for recorded in log.in_time()] == [1, 2]


def _head() -> RunStarted:
    return RunStarted("http://a", "full", datetime(2026, 11, 22, tzinfo=UTC), recalling=frozenset())


@pytest.mark.parametrize(
    ("changes", "is_measured"),
    [
        ({}, False),
        ({"url": "http://127.0.0.1:1/api/things/hush-hush"}, True),
        ({"request_body": b'{"name": "hush-hush"}'}, True),
        ({"response": Response(200, {"content-type": "application/json"}, b'"hush-hush"')}, True),
        ({"response": Response(200, {"content-type": "x", "a": "hush-hush"}, b"{}")}, True),
        ({"response": Response(200, {"content-type": "x"}, '"hush-hush"'.encode("utf-16"))}, True),
        ({"response": Response(200, {"content-type": "x"}, b"\xffhush-hush")}, True),
        ({"checks": (CheckResult("x", failed=True, message="hush-hush"),)}, False),
    ],
    ids=["nothing", "url", "request", "response", "header", "utf-16", "no text", "message"],
)
def test_a_secret_is_taken_out_and_what_was_seen_with_it_is_kept(
    changes: dict[str, Any], is_measured: bool, contract: Contract
) -> None:
    seen = replace(exchange(contract, "getThing", 200, {"a": 1}), **changes)

    line = form(contract, "hush-hush").line(Exchanged(seen))

    assert b"hush" not in line
    assert b"aHVzaC1odXNo" not in line
    assert b"h\x00u\x00s\x00h" not in line
    document = json.loads(line)
    assert ("measured" in document) is is_measured
    read = reading.event(document, contract)
    assert isinstance(read, Exchanged)
    if is_measured:
        nodes = frozenset({"#/components/schemas/Thing/properties/name"})
        assert read.measured is not None
        assert _without_words(read.measured) == _without_words(Measuring(contract, nodes).of(seen))


def test_a_message_is_not_cut_through_a_secret(contract: Contract) -> None:
    for at in range(280, 305):
        name = "x" * at + "hush-hush" + "y" * 9000
        seen = exchange(contract, "getThing", 200, {"id": KNOWN, "name": name, "state": "new"})

        line = form(contract, "hush-hush").line(Exchanged(seen))

        assert b"hu" not in line.replace(b"[hidden]", b"")


@pytest.mark.parametrize("at", [0, 262_130, 262_144, 278_520, 278_528, 2_000_000])
def test_of_a_long_body_the_beginning_is_written_and_what_was_seen_in_it(
    at: int, contract: Contract
) -> None:
    name = "x" * at + "hush-hush" + "y" * (2_100_000 - at)
    seen = exchange(contract, "getThing", 200, {"id": KNOWN, "name": name, "state": "new"})

    line = form(contract, "hush-hush").line(Exchanged(seen))

    read = reading.event(json.loads(line), contract)
    assert isinstance(read, Exchanged)
    assert len(line) < 400_000
    assert b"hush" not in line
    assert read.exchange.sizes == (0, len(seen.response.body if seen.response else b""))
    assert read.measured is not None
    assert [fault.place for fault in read.measured.faults] == ["/name"]
    (archived,) = har.entries([read.exchange], frozenset())
    assert archived["response"]["bodySize"] > 2_000_000
    assert "cut off after" in archived["response"]["content"]["comment"]


def _without_words(measured: Measured) -> Measured:
    """The measurement without its messages, which may have contained secrets."""

    def silent(found: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(fault, message="") for fault in found)

    request = measured.request
    return replace(
        measured,
        faults=silent(measured.faults),
        request=request and replace(request, faults=silent(request.faults)),
    )


# What of an exchange is hidden, and the clauses of which then nothing is known; long bodies are cut off.
HIDING = {
    KNOWN: {"GET-01", "GET-S200", "NEW-S201"},
    "a lamp": {"GET-02", "GET-03", "GET-S200", "NEW-01", "NEW-S201"},
    '"note": ': {"GET-01", "GET-S200", "NEW-S201"},
    "application": {"GET-01", "GET-S200", "NEW-S201", "GET-S404"},
    "BASIC realm": {"GET-08"},
    "": {"GET-01", "GET-S200"},
}


@pytest.mark.parametrize("secret", HIDING)
def test_nothing_is_known_of_hidden_values_when_a_log_is_judged_by_another_contract(
    secret: str, contract: Contract, tmp_path: Path
) -> None:
    thing = {"note": "", "id": KNOWN, "name": "a lamp", "state": "new"}
    shown = thing if secret else {**thing, "note": "x" * 1_100_000}
    challenge = {"www-authenticate": 'BASIC realm="things"'}
    seen = [
        exchange(contract, "getThing", 200, shown),
        exchange(contract, "createThing", 201, thing, body=thing),
        exchange(contract, "createThing", 400, {"error": "no"}, body={"name": "a lamp" * 9}),
        exchange(contract, "getThing", 401, {"error": "no"}, headers=challenge),
        # What is wrong beside a hidden value is a violation all the same.
        exchange(contract, "getThing", 404, {"error": 5, "name": "a lamp", "id": KNOWN}),
    ]
    exchanges = [replace(found, number=number) for number, found in enumerate(seen, 1)]
    log = tmp_path / "exchanges.ndjson"
    with Writer(log, form(contract, secret)) as writer:
        writer.handle(_head())
        for found in exchanges:
            writer.handle(Exchanged(found))
        writer.handle(RunEnded(complete=True, seconds=1.0))

    promised = clauses.load(contract.path.with_name("clauses.json"))
    card = judge(contract, promised, LogFile(log, contract)).card

    verdicts = {judgement.id: judgement.verdict for judgement in card.judgements}
    assert {verdicts[name] for name in HIDING[secret]} == {Verdict.UNVERIFIED}
    violated = {finding.clause for finding in card.findings}
    assert violated == (set() if secret == "application" else {"API-02"})


def test_nothing_is_known_of_hidden_values_in_an_archive(
    contract: Contract, tmp_path: Path
) -> None:
    hidden = {"id": "[hidden]", "name": "a lamp", "state": "[hidden]"}
    of_page = entry("GET", f"/api/things/{KNOWN}", 404, {"error": "no"})
    media_type = {"name": "content-type", "value": "[hidden]/json"}
    content = archive(
        entry("GET", f"/api/things/{KNOWN}", 200, hidden),
        entry("POST", "/api/things", 201, GOOD, sent={"name": "[hidden] and more"}),
        {**of_page, "response": {**of_page["response"], "headers": [media_type]}},
    )

    code, found = judged_archive(content, contract, tmp_path)

    assert code == 0
    assert {found[name][0] for name in ("GET-01", "GET-04", "GET-S200", "NEW-01")} == {"unverified"}
    assert found["GET-02"][0] == "conforms"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "holds no run"),
        ("{}\n", "is no log of a run"),
        ('{"kind": "run", "format": 99}\n', "has the form 99"),
        ("[\n", "is not JSON"),
    ],
)
def test_a_file_that_is_no_log_says_so(
    text: str, message: str, contract: Contract, tmp_path: Path
) -> None:
    path = tmp_path / "log"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(DocumentError, match=message):
        list(LogFile(path, contract).events())


def test_a_broken_line_is_named(contract: Contract, tmp_path: Path) -> None:
    path = tmp_path / "log"
    with Writer(path, form(contract)) as writer:
        writer.handle(_head())
    path.write_bytes(path.read_bytes() + b'{"kind":"exchange"}\n')

    with pytest.raises(DocumentError, match="breaks the form"):
        list(LogFile(path, contract).events())


def test_a_big_log_is_judged_in_little_memory(contract: Contract, tmp_path: Path) -> None:
    body = json.dumps({"id": KNOWN, "name": "a lamp", "state": "new", "more": "x" * 200_000})
    seen = exchange(contract, "getThing", 200, body.encode())
    with Writer(tmp_path / "log", form(contract)) as writer:
        writer.handle(_head())
        for number in range(1, 401):
            response = Response(
                200, {"content-type": "application/json"}, body.encode() + b" " * number
            )
            writer.handle(Exchanged(replace(seen, number=number, response=response)))
        writer.handle(RunEnded(complete=True, seconds=1.0))
    program = (
        "import resource, sys\nfrom pathlib import Path\n"
        "from ccaas_kit.model.contract import Contract\n"
        "from ccaas_kit.judging.judgement import judge\n"
        "from ccaas_kit.judging.log.log import LogFile\nfrom ccaas_kit.contract import clauses\n"
        "folder = Path(sys.argv[1])\ncontract = Contract(folder / 'all.yaml')\n"
        "promised = clauses.load(folder / 'clauses.json')\n"
        "def peak(): return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024\n"
        "before = peak()\n"
        "card = judge(contract, promised, LogFile(Path(sys.argv[2]), contract)).card\n"
        "print(card.requests, peak() - before)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, str(contract.path.parent), str(tmp_path / "log")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    requests, megabytes = map(int, done.stdout.split())
    assert requests == 400
    assert (tmp_path / "log").stat().st_size > 80_000_000
    assert megabytes < 25


def test_a_defect_in_the_log_ends_with_70(contract: Contract, tmp_path: Path) -> None:
    with Writer(tmp_path / "log", form(contract)) as writer:
        for event in (_head(), *every_kind(contract)):
            writer.handle(event)
    folder = contract.path.parent
    sources = Sources(folder / "all.yaml", folder / "clauses.json")

    with pytest.raises(DefectError, match="probe x: TypeError"):
        judge_log.main(
            [str(tmp_path / "log"), "--out", str(tmp_path / "out")],
            environment={},
            console=Console(file=io.StringIO()),
            sources=sources,
        )

    card = _card(tmp_path / "out")
    assert card["defects"] == [{"where": "probe x", "error": "TypeError"}]
    assert card["leaks"] != []
    assert card["fault"] == "is gone"


def archive(*entries: dict[str, Any]) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": entries}}).encode()


def entry(method: str, path: str, status: int, body: Any, sent: Any = None) -> dict[str, Any]:
    request: dict[str, Any] = {
        "method": method,
        "url": f"https://things.example{path}",
        "headers": [{"name": "Content-Type", "value": "application/json"}],
    }
    if sent is not None:
        request["postData"] = {"mimeType": "application/json", "text": json.dumps(sent)}
    return {
        "startedDateTime": "2026-11-22T12:00:00.000Z",
        "time": 12,
        "request": request,
        "response": {
            "status": status,
            "headers": [{"name": "content-type", "value": "application/json"}],
            "content": {"text": json.dumps(body)},
        },
    }


def judged_archive(
    content: bytes, contract: Contract, tmp_path: Path
) -> tuple[int, dict[str, tuple[str, str]]]:
    path = tmp_path / "browser.har"
    path.write_bytes(content)
    folder = contract.path.parent
    code = judge_log.main(
        [str(path), "--out", str(tmp_path / "out")],
        environment={},
        console=Console(file=io.StringIO()),
        sources=Sources(folder / "all.yaml", folder / "clauses.json"),
    )
    card = _card(tmp_path / "out")
    return code, {clause["id"]: (clause["verdict"], clause["detail"]) for clause in card["clauses"]}


GOOD = {"id": KNOWN, "name": "a lamp", "state": "new"}


def test_a_recording_of_somebody_else_is_judged(contract: Contract, tmp_path: Path) -> None:
    content = archive(
        entry("GET", f"/api/things/{KNOWN}", 200, GOOD),
        entry("POST", "/api/things", 201, GOOD, sent={"name": "a very long name"}),
        entry("GET", "/somewhere/else", 500, {}),
    )

    code, found = judged_archive(content, contract, tmp_path)

    assert code == 1
    assert found["GET-S200"][0] == found["GET-01"][0] == "conforms"
    assert found["NEW-01"][0] == "violates"
    assert "201 although body/name" in found["NEW-01"][1]
    # A refusal of ids that nobody vouches for is held against nobody.
    assert found["LIST-S200"][0] == "unverified"


def test_a_recording_without_a_violation_ends_with_0(contract: Contract, tmp_path: Path) -> None:
    content = archive(
        entry("GET", f"/api/things/{KNOWN}", 200, GOOD),
        entry("GET", f"/api/things/{'0' * 32}", 404, {"error": "no"}),
        entry("GET", f"/api/things/{'1' * 32}", 400, {"error": "no"}),
    )

    code, found = judged_archive(content, contract, tmp_path)

    assert code == 0
    assert found["GET-S404"][0] == "conforms"


def test_a_406_in_a_recording_does_not_refuse_the_data(contract: Contract, tmp_path: Path) -> None:
    refused = entry("POST", "/api/things", 406, {"error": "no"}, sent={"name": "a lamp"})

    _, found = judged_archive(archive(refused), contract, tmp_path)

    assert found["NEW-03"][0] == "unverified"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "is not JSON"),
        (b"[]", "is no HTTP archive"),
        (archive({"request": 5}), "breaks the form"),
        (archive(entry("GET", "/elsewhere", 200, {})), "none of its 1 requests"),
        (b"[" * 5000, "nested deeper than 100"),
    ],
)
def test_what_is_no_recording_says_why(
    content: bytes, message: str, contract: Contract, tmp_path: Path
) -> None:
    with pytest.raises(DocumentError, match=message):
        judged_archive(content, contract, tmp_path)


def test_a_recording_that_shows_nothing_cannot_be_judged(
    contract: Contract, tmp_path: Path
) -> None:
    with pytest.raises(TargetError, match="no operation could be judged"):
        judged_archive(archive(entry("GET", f"/api/things/{KNOWN}", 503, {})), contract, tmp_path)


def test_the_archive_of_a_run_is_a_recording(faulty: Outcome, tmp_path: Path) -> None:
    code, card, _ = judged_again(
        faulty.out / "traffic.har", faulty.out.parent / "contract", tmp_path
    )

    violated = {clause["id"] for clause in card["clauses"] if clause["verdict"] == "violates"}
    before = {clause["id"] for clause in faulty.card["clauses"] if clause["verdict"] == "violates"}
    assert code == 1
    assert card["requests"] == faulty.card["requests"]
    assert violated
    assert violated <= before | {"GET-05"}


def test_a_finding_has_the_same_key_whatever_request_showed_it(
    contract: Contract, tmp_path: Path
) -> None:
    def keys(name: str) -> set[str]:
        seen = exchange(contract, "createThing", 201, GOOD, body={"name": name})
        promised = clauses.load(contract.path.parent / "clauses.json")
        log = Recording(_head(), [Exchanged(replace(seen, number=1))])
        return {finding.key for finding in judge(contract, promised, log).card.findings}

    assert keys("a very long name") == keys("another long name") >= {"CK302/NEW-01/createThing"}
