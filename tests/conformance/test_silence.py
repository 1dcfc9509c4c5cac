"""Requests without a response of the target are counted, told, and fail a run above a share."""

from __future__ import annotations

from pathlib import Path

import pytest

from ccaas_kit.contract.errors import ConfigError, TargetError
from ccaas_kit.gateway import budget as budgets
from ccaas_kit.gateway.connection import Connection, NoAnswerError
from ccaas_kit.gateway.gateway import Gateway
from ccaas_kit.run import config, options
from tests.conformance.hostile import hostile
from tests.conformance.misbehaviour import Server
from tests.conformance.raw import Raw, answering
from tests.conformance.targets import Ran, judged

PROBES = ("known-url", "wrong-password-refused")
QUICK = ("--probes-only", "--profile", "read-only")


def run(server: Server, folder: Path, *words: str) -> Ran:
    with hostile(server) as url:
        return judged(url, folder, *QUICK, *words, probes=PROBES)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [("503", "503"), ("reset", "connection broken off"), ("no gzip", "not in its")],
)
def test_what_had_no_response_is_counted_and_told(
    behaviour: str, reason: str, tmp_path: Path
) -> None:
    ran = run(Server(behaviour, good=1, every=4), tmp_path, "--max-unanswered", "100")

    count = sum(ran.card["unanswered"].values())
    assert count > 0
    assert reason in next(iter(ran.card["unanswered"]))
    assert (
        f"{count} of {ran.card['requests']} requests got no response from the target" in ran.printed
    )
    assert f"{count} of {ran.card['requests']} requests" in (ran.out / "scorecard.html").read_text()
    assert ran.code == 0


def test_too_much_silence_fails_the_run(tmp_path: Path) -> None:
    with pytest.raises(
        TargetError, match=r"got no response from the target \(503 \d+\), more than 2 %"
    ):
        run(Server("503", good=1, every=4), tmp_path)


def test_the_config_sets_the_share_and_the_command_line_overrides_it(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[run]\nmax_unanswered = 12.5\n", encoding="utf-8")

    assert config.load(path).max_unanswered == 12.5
    assert options.parse(["--max-unanswered", "7"]).max_unanswered == 7
    for wrong in ("true", '"x"', "101"):
        path.write_text(f"[run]\nmax_unanswered = {wrong}\n", encoding="utf-8")
        with pytest.raises(ConfigError, match="not a number from 0 to 100"):
            config.load(path)


@pytest.mark.parametrize(("words", "seconds"), [((), 2), (("--response-time", "7.5"), 7.5)])
def test_the_time_for_one_response_can_be_set(words: tuple[str, ...], seconds: float) -> None:
    assert options.parse(["--target", "http://127.0.0.1:9", *words]).response_time == seconds


def seen(server: Raw, seconds: float = 1) -> str:
    with answering(server) as url, Gateway(url, seconds=seconds) as gateway:
        connection = Connection(gateway, None, budget=budgets.of(requests=3, seconds=9))
        with pytest.raises(NoAnswerError) as caught:
            connection.get("/x")
    return f"{caught.value.what} {caught.value.fix}"


def test_a_false_content_encoding_is_called_by_its_name() -> None:
    response = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"

    assert "not in the Content-Encoding that its header names" in seen(Raw(response))


def test_a_slow_target_leads_to_the_option(tmp_path: Path) -> None:
    with hostile(Server("silence")) as url, Gateway(url, seconds=0.2) as gateway:
        budget = budgets.of(requests=1, seconds=0.3)
        with pytest.raises(NoAnswerError) as caught:
            Connection(gateway, None, budget=budget).get("/x")

    assert "--response-time" in caught.value.fix
