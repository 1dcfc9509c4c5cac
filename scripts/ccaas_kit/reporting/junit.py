"""The verdicts as JUnit XML: a suite per operation, a test case per clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ccaas_kit.judging import headline
from ccaas_kit.judging.findings import Finding, Severity
from ccaas_kit.judging.scorecard import Row, Scorecard
from ccaas_kit.judging.verdicts import Judgement, Verdict

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(card: Scorecard) -> str:
    """The content of junit.xml."""
    root = ET.Element("testsuites", {"name": "conformance", "time": f"{card.duration_s:.1f}"})
    by_id = {clause.id: clause for clause in card.clauses}
    for row in card.operations:
        suite = ET.SubElement(root, "testsuite", {"name": row.name or f"{row.api} as a whole"})
        if row is card.operations[0]:
            _properties(suite, card)
        for judgement in card.judgements:
            clause = by_id[judgement.id]
            if (judgement.operation, clause.api) == (row.name, row.api):
                _case(suite, card, row, judgement, clause.says)
        for finding in card.findings:
            counts = finding.severity is Severity.VIOLATION and finding.clause is None
            if counts and finding.operation == row.name:
                attributes = {
                    "classname": row.name,
                    "name": _clean(f"no clause: {finding.heading}"),
                }
                _failure(ET.SubElement(suite, "testcase", attributes), [finding], card)
        suite.set("time", f"{row.seconds:.3f}")
        suite.set("tests", str(len(suite.findall("testcase"))))
        suite.set("failures", str(len(suite.findall("testcase/failure"))))
        suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
        suite.set("errors", "0")
        suite.set("timestamp", card.started.strftime("%Y-%m-%dT%H:%M:%S"))
    _defects(root, card)
    for key in ("tests", "failures", "skipped", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _defects(root: ET.Element, card: Scorecard) -> None:
    """A suite of the runner itself, if it has failed somewhere."""
    if not card.defects:
        return
    suite = ET.SubElement(root, "testsuite", {"name": "the runner itself"})
    for defect in card.defects:
        case = ET.SubElement(
            suite, "testcase", {"classname": "runner", "name": _clean(defect.where)}
        )
        ET.SubElement(case, "error", {"message": _clean(defect.error), "type": "defect"})
    count = str(len(card.defects))
    for key, value in (("tests", count), ("failures", "0"), ("skipped", "0"), ("errors", count)):
        suite.set(key, value)


def _properties(suite: ET.Element, card: Scorecard) -> None:
    """What the run was started with, and the outcome in one line."""
    node = ET.SubElement(suite, "properties")
    facts = {
        "headline": headline.of(card),
        "target": card.target,
        "profile": card.profile,
        "seed": card.seed,
        "command": card.command,
        "contract": card.contract,
        **{f"option {name}": value for name, value in card.options.items()},
        **{f"version of {name}": version for name, version in card.tools.items()},
    }
    for name, value in facts.items():
        ET.SubElement(node, "property", {"name": name, "value": _clean(str(value))})


def _case(
    suite: ET.Element,
    card: Scorecard,
    row: Row,
    judged: Judgement,
    says: str,
) -> None:
    attributes = {"classname": row.name or row.api, "name": _clean(f"{judged.id}: {says}")}
    case = ET.SubElement(suite, "testcase", attributes)
    detail = _clean(judged.detail)
    if judged.verdict in (Verdict.UNVERIFIED, Verdict.BLOCKED):
        ET.SubElement(case, "skipped", {"message": f"{judged.verdict.label}: {detail}"})
    elif judged.verdict is Verdict.VIOLATES:
        found = [finding for finding in card.findings if finding.clause == judged.id]
        failing = [finding for finding in found if finding.severity is Severity.VIOLATION]
        if failing:
            _failure(case, failing, card)
        else:
            reasons = {_excuse(finding) for finding in found}
            message = f"violates, and does not fail the run: {'; '.join(sorted(reasons))}"
            ET.SubElement(case, "skipped", {"message": _clean(message)})


def _failure(case: ET.Element, failing: Sequence[Finding], card: Scorecard) -> None:
    """A failure whose message is the same for all findings of a cause, so that readers fold them."""
    group = next((cause for cause in card.groups if cause.id == failing[0].group), None)
    message = f"{group.id}: {group.title}" if group else failing[0].heading
    node = ET.SubElement(case, "failure", {"message": _clean(message), "type": failing[0].code})
    evidence = ["\n".join(group.evidence)] if group and group.evidence else []
    node.text = _clean("\n\n".join([*(_told(finding) for finding in failing), *evidence]))


def _told(finding: Finding) -> str:
    lines = (
        f"{finding.id} {finding.code} {finding.operation}",
        f"expected: {finding.expected}",
        f"got: {finding.got}",
        *((f"waiver: {finding.excuse}",) if finding.excuse else ()),
        f"next: {finding.advice}",
        finding.curl,
    )
    return "\n".join(lines)


def _excuse(finding: Finding) -> str:
    accepted = finding.severity is Severity.ACCEPTED
    return finding.excuse if accepted else f"the clause is {finding.severity.label}"


def _clean(value: str) -> str:
    return _NO_XML.sub("\ufffd", value)
