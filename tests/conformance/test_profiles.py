"""What each profile does to the data of a target, and what it says about it beforehand."""

from __future__ import annotations

import io
import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from rich.console import Console

from ccaas_kit.contract import clauses, command, layout
from ccaas_kit.contract.errors import TargetError
from ccaas_kit.fuzzing.plan import Plan
from ccaas_kit.gateway import budget as budgets
from ccaas_kit.gateway.ask import Ask
from ccaas_kit.gateway.credentials import from_environment
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.gateway.outcomes import BlockedError
from ccaas_kit.gateway.safety import journal
from ccaas_kit.gateway.safety.guard import OwnRecordsOnly, is_possible
from ccaas_kit.gateway.safety.journal import TargetRecord
from ccaas_kit.gateway.sending import Sender
from ccaas_kit.gateway.users import Users
from ccaas_kit.model.contract import Contract
from ccaas_kit.model.exchanges import Exchange, Response
from ccaas_kit.model.profiles import Profile
from ccaas_kit.run import knowledge, options
from ccaas_kit.run.run import run
from tests.conformance.targets import ADMIN, Target, judged, launched, target

OURS, THEIRS = "a" * 32, "b" * 32
INVENTED = "0123456789ab4cde8123456789abcdef"


@pytest.fixture(scope="module")
def contract() -> Contract:
    return Contract(layout.BUNDLE)


@pytest.fixture
def sandbox() -> Iterator[Target]:
    with target() as running:
        yield running


@contextmanager
def guarded(contract: Contract, path: Path) -> Iterator[OwnRecordsOnly]:
    """A guard that knows of a record of somebody else's, and of an interaction of ours."""
    url = "http://x.example"
    with journal.started(path, target=url, moment="", contract="1", lasting=True) as writer:
        guard = OwnRecordsOnly(contract, writer, frozenset({THEIRS}))
        served(guard, contract, "createInteraction", {"sys_id": OURS})
        yield guard


def served(
    guard: OwnRecordsOnly,
    contract: Contract,
    name: str,
    result: Any,
    *,
    status: int = 201,
    **ask: Any,
) -> None:
    """Let a request pass that is answered with a result."""
    operation, asked = contract.by_id[name], Ask(name, **ask)
    number = guard.before(operation, asked)
    seen = exchange(contract, name, {"result": result}, status)
    guard.after(number, operation, asked, seen)


def exchange(contract: Contract, name: str, body: Any, status: int = 201) -> Exchange:
    text = json.dumps(body).encode()
    headers = {"content-type": "application/json", "date": "Wed, 03 Apr 2024 23:09:46 GMT"}
    response = Response(status, headers, text)
    operation = contract.by_id[name]
    return Exchange(operation, "probe", operation.method, "http://x.example/", {}, None, response)


def test_read_only_sends_get_and_nothing_else(sandbox: Target, tmp_path: Path) -> None:
    before = sandbox.tables()

    ran = judged(
        sandbox.url,
        tmp_path,
        *("--profile", "read-only"),
        probes=("known-url", "wrong-password-refused"),
    )

    assert {request["method"] for request in sandbox.requests()} == {"GET"}
    assert len(sandbox.requests()) > 30
    assert sandbox.tables() == before
    assert "the run sends GET only" in ran.printed
    assert not (ran.out / journal.NAME).exists()


def test_read_only_calls_no_clause_kept_of_which_it_wrote_nothing(
    contract: Contract, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = ["--profile", "read-only", "--probes-only", "--out", str(out)]
    run(options.parse(words), environment={}, console=Console(file=io.StringIO()))
    card = json.loads((out / "scorecard.json").read_text(encoding="utf-8"))
    found = {clause["id"]: clause for clause in card["clauses"]}
    whole = [clause for clause in clauses.load() if clause.operation is None]
    several = [clause for clause in whole if len(contract.bases_of(clause)) > 1]

    verdicts = {clause.id: found[clause.id]["verdict"] for clause in several}

    assert len(verdicts) > 20
    assert set(verdicts.values()) == {"blocked", "unverified"}
    assert found["CON-API-04"]["detail"] == (
        "not shown: createContact (the profile read-only sends no POST); "
        "shown: listContacts, getContact"
    )
    assert found["CON-LIST-001"]["verdict"] == "conforms"


def test_read_only_asks_for_no_token(contract: Contract) -> None:
    budget = budgets.of(requests=10, seconds=10)
    with Gateway("http://127.0.0.1:9") as gateway:
        sender = Sender(gateway, contract, Users(None), profile=Profile.READ_ONLY, budget=budget)

        with pytest.raises(BlockedError, match="sends no POST"):
            sender.post_form("/oauth_token.do", {"grant_type": "password"})

    assert budget.requests == 10


def test_create_and_clean_leaves_the_tables_as_they_were(sandbox: Target, tmp_path: Path) -> None:
    before = sandbox.tables()

    ran = judged(
        sandbox.url,
        tmp_path,
        *("--profile", "create-and-clean"),
        probes=("known-url", "wrong-password-refused", "mapping-two-providers"),
    )

    sent = [request for request in sandbox.requests() if request["method"] != "GET"]
    assert {request["method"] for request in sent} == {"POST", "PUT"}
    assert len(sent) > 15
    assert not [request for request in sent if "agent" in request["path"]]
    assert sandbox.tables() == before
    assert ran.card["leaks"] == []
    assert "records removed" in ran.printed
    blocked = {clause["detail"] for clause in ran.card["clauses"] if clause["verdict"] == "blocked"}
    assert "agentId names a record that the run has not created" in blocked


def test_a_request_to_end_still_cleans_up(sandbox: Target, tmp_path: Path) -> None:
    before = sandbox.tables()
    arguments = ("--target", sandbox.url, "--profile", "create-and-clean", "--rate", "10")
    probes = ("known-url", "wrong-password-refused")
    path = tmp_path / "out" / journal.NAME
    with launched(tmp_path, *arguments, probes=probes) as process:
        while not path.exists() or len(path.read_text("utf-8").splitlines()) < 6:
            assert process.poll() is None
            time.sleep(0.05)

        process.send_signal(signal.SIGTERM)
        printed, _ = process.communicate(timeout=30)

    assert process.returncode == 130
    assert "Interrupted: removing the records of the run." in printed
    assert sandbox.tables() == before
    card = json.loads((tmp_path / "out" / "scorecard.json").read_text("utf-8"))
    assert card["complete"] is False
    assert 0 < card["requests"] < 100
    assert "cut short after" in (tmp_path / "out" / "summary.md").read_text("utf-8")
    assert json.loads((tmp_path / "out" / "traffic.har").read_text("utf-8"))["log"]["entries"]


class Ending(OwnRecordsOnly):
    """A guard whose run is told to end while a request is under way."""

    def before(self, *asked: Any) -> int:
        number = super().before(*asked)
        signal.raise_signal(signal.SIGTERM)
        return number


@pytest.fixture
def ends_on_signals() -> Iterator[None]:
    """Make signals end this process as they end the command."""
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.getsignal(number) for number in numbers]
    command.interrupt_on_signals()
    yield
    for number, handler in zip(numbers, before, strict=True):
        signal.signal(number, handler)


@pytest.mark.usefixtures("ends_on_signals")
def test_a_request_to_end_waits_for_what_a_request_creates(
    sandbox: Target, contract: Contract, tmp_path: Path
) -> None:
    path = tmp_path / journal.NAME
    before = signal.getsignal(signal.SIGTERM)
    with journal.started(path, target=sandbox.url, moment="", contract="1", lasting=True) as writer:
        guard = Ending(contract, writer, frozenset())
        with Gateway(sandbox.url, seconds=5, guard=guard) as gateway:
            sender = Sender(
                gateway,
                contract,
                Users(from_environment(ADMIN, contract)),
                profile=Profile.CREATE_AND_CLEAN,
                budget=budgets.of(requests=10, seconds=10),
            )
            with pytest.raises(KeyboardInterrupt):
                sender.send(Ask("createContact", body={"last_name": "Ending"}))

    (entry,) = journal.read(path).entries
    assert [record.table for record in entry.created] == ["customer_contact"]
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_plan_is_told_before_the_first_request(tmp_path: Path) -> None:
    arguments = (
        *("--target", "http://127.0.0.1:9", "--profile", "create-and-clean"),
        *("--max-requests", "77", "--max-writes", "11", "--rate", "5", "--max-time", "66"),
    )

    with launched(tmp_path, *arguments) as process:
        printed, errors = process.communicate(timeout=30)

    words = " ".join(printed.split())
    assert process.returncode == 2
    assert "connection is refused" in errors
    assert "Plan for http://127.0.0.1:9, profile create-and-clean" in words
    assert "calls offerWork, listContacts, createContact" in words
    assert "not setAgentMapping" in words
    assert "at most 77 requests in 66 s, 5 per second" in words
    assert "at most 11 of them, which create records in awa_work_item, customer_contact" in words
    assert "removes what the run created, by" in words


def test_random_requests_of_create_and_clean_are_get_only(contract: Contract) -> None:
    profile = Profile.CREATE_AND_CLEAN
    todo = Plan(Path(), profile, seed=1, max_examples=1, timeout=1)

    sent = {name for part in todo.parts(contract) for name in part.operations}

    assert {contract.by_id[name].method for name in sent} == {"GET"}
    assert {contract.by_id[name].base for name in sent} == {
        *("listContacts", "getContact", "getExternalIdMapping")
    }


def test_a_run_without_a_config_finds_ids_by_itself(sandbox: Target, tmp_path: Path) -> None:
    ran = judged(sandbox.url, tmp_path, "--profile", "read-only", configured=False)

    notice = next(line for line in ran.printed.splitlines() if line.startswith("Found ids"))
    count = int(notice.split()[5])
    assert count > 5


@pytest.mark.parametrize(
    ("profile", "available", "kept_back"),
    [
        (Profile.READ_ONLY, {"id", "documentId", "agent_sys_id"}, set()),
        (Profile.CREATE_AND_CLEAN, {"id", "documentId"}, {"agent_sys_id", "queue_id", "agentId"}),
        (Profile.FULL, {"id"}, {"documentId", "agent_sys_id", "queue_id", "agentId"}),
    ],
)
def test_beyond_this_machine_nothing_is_written_with_ids_that_were_found(
    sandbox: Target, contract: Contract, profile: Profile, available: set[str], kept_back: set[str]
) -> None:
    budget = budgets.of(requests=1000, seconds=30)
    signed = from_environment(ADMIN, contract)

    with Gateway(sandbox.url) as gateway:
        found = knowledge.gathered(
            gateway, signed, contract, profile=profile, is_local=False, budget=budget
        )

    assert available <= found.ids.keys()
    assert not kept_back & found.ids.keys()
    assert budget.requests < 1000


@pytest.mark.parametrize(
    ("ask", "why"),
    [
        (Ask("closeInteraction", {"interaction_id": THEIRS}), "interaction_id names a record"),
        (Ask("closeInteraction", {"interaction_id": "c" * 32}), "interaction_id names a record"),
        (
            Ask("offerWork", {"document_table": "interaction", "document_sys_id": THEIRS}),
            "document_sys_id names a record",
        ),
        (
            Ask("setExternalIdMapping", {"tableName": "task", "documentId": THEIRS}),
            "documentId names a record",
        ),
        (Ask("setAgentMapping", {"agentId": THEIRS, "inboundId": "Voice"}), "agentId names"),
        (Ask("setAgentMapping", {"agentId": INVENTED, "inboundId": "Voice"}), "inboundId names"),
        (
            Ask(
                "offerWork",
                {"document_table": "interaction", "document_sys_id": OURS},
                body={"assignment": {"after_timeout_presence": THEIRS}},
            ),
            "it would change the presence",
        ),
        (Ask("createContact", body={"social_handle": "x"}), "an unknown table"),
        (Ask("createContact", raw=b'{"social_handle": '), "its changes are unknown"),
    ],
    ids=lambda value: value.operation if isinstance(value, Ask) else None,
)
def test_the_guard_keeps_back_what_would_change_records_of_others(
    ask: Ask, why: str, contract: Contract, tmp_path: Path
) -> None:
    with guarded(contract, tmp_path / "j") as guard, pytest.raises(BlockedError, match=why):
        guard.admit(contract.by_id[ask.operation], ask, [])


@pytest.mark.parametrize(
    "ask",
    [
        Ask("createContact", body={"last_name": "x"}),
        Ask("createInteraction", body={"channel": "chat"}),
        Ask("closeInteraction", {"interaction_id": OURS}),
        Ask("closeInteraction", {"interaction_id": INVENTED}),
        Ask("setExternalIdMapping", {"tableName": "interaction", "documentId": OURS}),
        Ask("offerWork", {"document_table": "interaction", "document_sys_id": OURS}),
    ],
    ids=lambda ask: ask.operation,
)
def test_the_guard_admits_new_records_and_changes_to_our_own(
    ask: Ask, contract: Contract, tmp_path: Path
) -> None:
    with guarded(contract, tmp_path / "j") as guard:
        guard.admit(contract.by_id[ask.operation], ask, [])


def test_an_invented_id_that_a_response_has_told_is_not_invented(
    contract: Contract, tmp_path: Path
) -> None:
    ask = Ask("closeInteraction", {"interaction_id": INVENTED})
    seen = exchange(contract, "listContacts", {"result": [{"sys_id": INVENTED}]})

    with guarded(contract, tmp_path / "j") as guard, pytest.raises(BlockedError):
        guard.admit(contract.by_id["closeInteraction"], ask, [seen])


def test_the_journal_says_what_each_response_shows_to_be_new(
    contract: Contract, tmp_path: Path
) -> None:
    fresh, blob, profile, item, person = ("1" * 32, "2" * 32, "3" * 32, "4" * 32, "5" * 32)
    interaction = {
        "sys_id": fresh,
        **{"contextTable": "interaction_json_blob", "contextDocument": blob},
        **{"channelMetadataTable": "live_group_profile", "channelMetadataDocument": profile},
    }
    path = {"document_table": "interaction", "document_sys_id": OURS}
    with guarded(contract, tmp_path / "j") as guard:
        body = {"channel": "chat", "channel_metadata_id": profile}
        served(guard, contract, "createInteraction", interaction, body=body)
        served(guard, contract, "offerWork", {"work_item": {"sys_id": item}}, path=path)
        served(guard, contract, "createContact", person)
        served(guard, contract, "createContact", THEIRS)

    created = [set(entry.created) for entry in journal.read(tmp_path / "j").entries[1:]]
    assert created == [
        # The metadata are a record that the request named itself.
        {TargetRecord("interaction", fresh), TargetRecord("interaction_json_blob", blob)},
        {TargetRecord("awa_work_item", item)},
        {TargetRecord("customer_contact", person)},
        # An instance that calls a record of somebody else's new is not believed.
        set(),
    ]


@pytest.mark.parametrize(
    ("status", "ended", "created"),
    [
        (199, False, False),
        (200, True, True),
        (299, True, True),
        (300, False, False),
        (399, False, False),
        (400, True, False),
        (407, True, False),
        (408, False, False),
        (409, True, False),
        (499, True, False),
        (500, False, False),
    ],
)
def test_a_status_says_whether_a_response_tells_what_was_created(
    status: int, ended: bool, created: bool, contract: Contract, tmp_path: Path
) -> None:
    new = "1" * 32
    with guarded(contract, tmp_path / "j") as guard:
        served(guard, contract, "createContact", new, status=status)

    entry = journal.read(tmp_path / "j").entries[-1]
    assert (entry.ended, entry.served) == (ended, created)
    assert entry.created == ((TargetRecord("customer_contact", new),) if created else ())


def test_agents_are_no_records_of_a_run(contract: Contract) -> None:
    possible = {
        name for name in contract.bases() if is_possible(contract, contract.by_id[name], {})
    }

    assert set(contract.bases()) - possible == {"setAgentMapping"}


class _Elsewhere(BaseHTTPRequestHandler):
    """Redirects everything but the first request to another server, which only keeps a list."""

    seen: ClassVar[list[str]]
    other: ClassVar[str]

    def log_message(self, *_: Any) -> None:
        pass

    def _serve(self) -> None:
        self.seen.append(self.headers.get("Authorization", ""))
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.other and len(self.seen) > 1:
            self.send_response(307)
            self.send_header("Location", f"{self.other}{self.path}")
        else:
            self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "13")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(b'{"result":[]}')

    def __getattr__(self, name: str) -> Any:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)


@contextmanager
def redirecting(other: str = "") -> Iterator[tuple[str, list[str]]]:
    seen: list[str] = []
    handler = type("Handler", (_Elsewhere,), {"seen": seen, "other": other})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", seen
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("profile", list(Profile))
def test_no_request_follows_a_redirect_to_another_origin(tmp_path: Path, profile: Profile) -> None:
    with redirecting() as (other, stolen), redirecting(other) as (url, seen), suppress(TargetError):
        judged(
            url,
            tmp_path,
            *("--profile", str(profile), "--api", "contact"),
            probes=("known-url", "wrong-password-refused"),
            configured=False,
        )

    assert len([authorization for authorization in seen if authorization]) > 20
    assert stolen == []
