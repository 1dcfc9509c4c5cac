"""What the load generators report, read from their own output."""

from __future__ import annotations

import pytest

from bench.load import Load, from_autocannon, from_wrk, lua
from bench.requests import BenchRequest
from ccaas_kit.contract.errors import ToolError

# The share of the second line ends with 50%, like a line of the distribution begins.
WRK = """Running 2s test @ http://127.0.0.1:8123/api/now/contact
  1 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     3.87ms   11.31ms 101.94ms   62.50%
    Req/Sec    10.54k     3.69k   17.36k    75.00%
  Latency Distribution
     50%  940.00us
     75%    2.49ms
     90%    5.32ms
     99%    1.02s
  21100 requests in 2.02s, 5.05MB read
Requests/sec:  10451.97
Transfer/sec:      2.50MB
"""
FAILURES = """  Socket errors: connect 0, read 3, write 0, timeout 4
  Non-2xx or 3xx responses: 200
"""


def test_the_report_of_wrk_is_read() -> None:
    assert from_wrk(WRK) == Load(rate=10451.97, p50=0.00094, p99=1.02, requests=21100, failed=0)


def test_what_wrk_says_of_failures_is_counted() -> None:
    report = WRK.replace("Requests/sec", FAILURES + "Requests/sec")

    assert from_wrk(report).failed == 207


def test_a_report_that_is_not_of_wrk_is_refused() -> None:
    with pytest.raises(ToolError, match="unknown"):
        from_wrk("unable to connect to 127.0.0.1:1 Connection refused")


def test_the_report_of_autocannon_is_read() -> None:
    report = {
        "duration": 2.05,
        "errors": 2,
        "timeouts": 1,
        "non2xx": 5,
        "latency": {"p50": 5, "p99": 31},
        "requests": {"total": 4100},
    }

    load = from_autocannon(report)

    assert load.rate == pytest.approx(2000)
    assert (load.p50, load.p99, load.requests, load.failed) == (0.005, 0.031, 4100, 8)


def test_the_script_of_wrk_holds_any_body() -> None:
    request = BenchRequest(
        id="x",
        name="x",
        method="PUT",
        target="/x",
        headers={"accept": "a/b"},
        body=b'{"a":[["]]"]]}',
        response=b"",
    )

    script = lua(request)

    # Without the spaces, three brackets in a row would be the beginning of another text.
    assert "wrk.headers[ [[accept]] ] = [[a/b]]\n" in script
    assert 'wrk.body = [=[{"a":[["]]"]]}]=]\n' in script
