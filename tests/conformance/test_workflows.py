"""What the runner says of workflows on sandboxes that are sound, wrong, or not fit for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccaas_kit import probes
from ccaas_kit.contract import documents
from ccaas_kit.contract.arazzo.workflows import FOLDER, Workflow, load, read
from ccaas_kit.contract.clauses import Check, Clause, Evidence, Kind
from ccaas_kit.contract.errors import DocumentError
from ccaas_kit.judging import judge
from ccaas_kit.judging.traffic import Traffic
from ccaas_kit.judging.verdicts import Judgement, Opinion, Verdict
from ccaas_kit.model.profiles import Profile
from ccaas_kit.probes.probing import Probing
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.workflows import runner
from tests.conformance.probes import bed
from tests.conformance.probes.bed import Bed

CALL = "call-handling"
AWAY = "5b0fd2a187851210be070d48dabb0302"


def run(**settings: object) -> dict[str, Opinion]:
    with bed.probing(Bed(**settings)) as seen:  # type: ignore[arg-type]  # the fields of Bed
        return runner.run(seen)


def verdicts(opinions: dict[str, Opinion], flow: str) -> dict[str, Verdict]:
    """The verdict on each step of a workflow, and on the whole."""
    return {
        subject.removeprefix(f"{flow}/"): opinion.verdict
        for subject, opinion in opinions.items()
        if subject.partition("/")[0] == flow
    }


def another_work_item(request: Request, response: Response) -> Response:
    """A transfer that answers with a work item of its own."""
    if bed.is_of(request, "offerWork") and b"transfer" in request.body:
        return bed.with_json(
            response, lambda body: body["result"]["work_item"].update(sys_id="0" * 32)
        )
    return response


def test_a_sound_target_goes_through_every_workflow() -> None:
    opinions = run()

    assert {opinion.verdict for opinion in opinions.values()} == {Verdict.CONFORMS}
    assert set(opinions) == {subject for flow in load() for subject in flow.subjects()}
    assert opinions[CALL].detail == "the workflow went through: arrive, offer, transfer, close"


def test_the_step_that_breaks_its_promise_is_charged_and_no_other() -> None:
    opinions = run(fault=another_work_item)

    assert verdicts(opinions, CALL) == {
        "arrive": Verdict.CONFORMS,
        "offer": Verdict.CONFORMS,
        "transfer": Verdict.VIOLATES,
        "close": Verdict.UNVERIFIED,
        CALL: Verdict.VIOLATES,
    }
    (deviation,) = opinions[f"{CALL}/transfer"].deviations
    assert (deviation.code, deviation.operation) == ("CK502", "offerWork")
    assert "work_item/sys_id == $steps.offer.outputs.workItem" in deviation.expected
    assert b'"transfer"' in (deviation.exchange.request_body or b"")
    assert opinions[f"{CALL}/close"].detail.startswith("not reached: step transfer of ")


def test_a_response_without_what_later_steps_need_is_charged() -> None:
    def nameless(request: Request, response: Response) -> Response:
        if not bed.is_of(request, "createInteraction"):
            return response
        return bed.with_json(
            response, lambda body: {"result": {"number": body["result"]["number"]}}
        )

    opinions = run(fault=nameless)

    assert verdicts(opinions, CALL)["arrive"] is Verdict.VIOLATES
    (deviation,) = opinions[CALL].deviations
    assert deviation.expected == "a response with the interaction that later steps need"


def test_an_agent_who_is_away_shows_nothing() -> None:
    opinions = run(known={"agent_sys_id": (AWAY,)})

    assert verdicts(opinions, CALL) == {
        "arrive": Verdict.CONFORMS,
        **dict.fromkeys(("offer", "transfer", "close", CALL), Verdict.UNVERIFIED),
    }
    assert "the agent cannot take work now" in opinions[CALL].detail


def test_a_missing_role_stands_in_the_way() -> None:
    own = {"SN_USERNAME": "no_roles", "SN_PASSWORD": "no_roles"}

    opinions = run(environment=own)

    assert {opinion.verdict for opinion in opinions.values()} == {Verdict.BLOCKED}
    assert "403" in opinions[CALL].detail


def test_a_workflow_needs_what_the_target_is_known_to_have() -> None:
    opinions = run(known={"case": None})

    assert set(verdicts(opinions, "case-correlation").values()) == {Verdict.BLOCKED}
    assert opinions["case-correlation"].detail == ("nothing is known of the target under 'case'")
    assert opinions[CALL].verdict is Verdict.CONFORMS


def test_a_profile_that_only_reads_stops_a_workflow_at_its_first_change() -> None:
    opinions = run(profile=Profile.READ_ONLY)

    assert verdicts(opinions, "caller-identification") == {
        "look-up": Verdict.CONFORMS,
        **dict.fromkeys(("create", "read", "recognize"), Verdict.BLOCKED),
        "caller-identification": Verdict.BLOCKED,
    }


def test_a_used_up_budget_stops_a_workflow() -> None:
    opinions = run(requests=1)

    assert opinions["agent-session/sign-in"].verdict is Verdict.CONFORMS
    assert opinions["agent-session"].verdict is Verdict.BLOCKED


def test_a_workflow_of_other_operations_is_left_out(seen: Probing, tmp_path: Path) -> None:
    (flow,) = changed(tmp_path, "operationId: closeInteraction", "operationId: endInteraction")

    assert runner.run(seen, [flow]) == {}


def test_a_workflow_that_uses_more_than_we_do_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as caught:
        changed(tmp_path, "            type: end", "            type: goto")

    assert caught.value.where.endswith("#/workflows/0/steps/1/onFailure/0/type")


@pytest.fixture
def seen() -> Probing:
    with bed.probing(Bed()) as found:
        return found


def changed(folder: Path, old: str, new: str) -> list[Workflow]:
    """The workflows of a changed file."""
    text = (FOLDER / f"{CALL}.arazzo.yaml").read_text(encoding="utf-8")
    assert old in text
    file = folder / "changed.arazzo.yaml"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return read(documents.load_mapping(file), str(file))


def judged(*subjects: str) -> tuple[list[Judgement], list[str]]:
    """The judgements on clauses that name these workflows, and codes that no clause names."""
    with bed.probing(Bed(fault=another_work_item)) as probing:
        flows = runner.run(probing)
        contract, pools = probing.contract, probing.pools
    named = [_clause(number, subject) for number, subject in enumerate(subjects, 1)]
    judge.verify(named, contract, probes.PROBES)
    judging = judge.Judge(
        contract, named, Traffic(contract, [], frozenset()), pools, blocked={}, flows=flows
    )
    return judging.judgements(), [deviation.code for deviation in judging.unnamed()]


def _clause(number: int, subject: str) -> Clause:
    return Clause(
        id=f"AWA-OFFER-{number:02}",
        api="awa-offer-work",
        operation="offerWork",
        says="Work is handed on.",
        source="a page, a place",
        pointer="#/info",
        checked_by=(Check(Kind.WORKFLOW, subject),),
        evidence=Evidence.DOCUMENTED,
    )


def test_a_clause_is_judged_by_the_workflow_or_the_step_that_it_names() -> None:
    found, unnamed = judged(CALL, f"{CALL}/offer", f"{CALL}/transfer", f"{CALL}/close")

    assert [judgement.verdict for judgement in found] == [
        *(Verdict.VIOLATES, Verdict.CONFORMS, Verdict.VIOLATES, Verdict.UNVERIFIED)
    ]
    assert unnamed == []


def test_a_broken_workflow_that_no_clause_names_is_told_as_well() -> None:
    found, unnamed = judged(f"{CALL}/offer")

    assert [judgement.verdict for judgement in found] == [Verdict.CONFORMS]
    assert unnamed == ["CK502"]


def test_a_clause_that_names_no_workflow_is_refused() -> None:
    with pytest.raises(DocumentError, match="there is no workflow 'call-handling/answer'"):
        judged(f"{CALL}/answer")
