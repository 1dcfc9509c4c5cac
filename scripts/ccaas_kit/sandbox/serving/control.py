"""Controlling a running sandbox under `/_sandbox/`: state, time, faults, what was asked of it.

`admission.py` says who may do so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from ccaas_kit.contract.errors import KitError
from ccaas_kit.sandbox.contract import JSON
from ccaas_kit.sandbox.http import json_bodies
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.instance import clock
from ccaas_kit.sandbox.platform import limits
from ccaas_kit.sandbox.serving.admission import REFUSED, Admission
from ccaas_kit.sandbox.serving.app import App

PREFIX = "/_sandbox/"

Action = Callable[[Mapping[str, Any]], Any]


class _WrongInputError(Exception):
    """The request does not say what the action needs."""


class Control:
    """Answers under `/_sandbox/`."""

    def __init__(self, app: App, *, token: str | None = None) -> None:
        self._app = app
        self._instance = app.instance
        self._admission = Admission(token)
        self._actions: dict[tuple[str, str], Action] = {
            ("GET", "health"): self._health,
            ("GET", "limits"): lambda _: {"limits": limits.load()},
            ("POST", "reset"): self._reset,
            ("POST", "seed"): self._seed,
            ("GET", "clock"): lambda _: self._clock(),
            ("POST", "clock"): self._set_clock,
            ("GET", "snapshot"): lambda _: {"names": self._instance.snapshots.names()},
            ("POST", "snapshot"): self._take,
            ("POST", "restore"): self._restore,
            ("GET", "fault"): lambda _: self._faults(),
            ("POST", "fault"): self._set_faults,
            ("GET", "requests"): lambda _: self._requests(),
            ("DELETE", "requests"): self._forget,
        }

    def handle(self, request: Request) -> Response:
        """What the action gives, as JSON; `{"error": …}` with 400, 403, 404 or 405 otherwise."""
        if not self._admission.admits(request):
            return _response(403, {"error": REFUSED})
        name = request.path.removeprefix(PREFIX).strip("/")
        action = self._actions.get((request.method, name))
        if action is None:
            known = sorted(method for method, each in self._actions if each == name)
            if known:
                return _response(405, {"error": f"{name} knows {', '.join(known)}"})
            paths = sorted({each for _, each in self._actions})
            return _response(404, {"error": f"there is only {', '.join(paths)}"})
        try:
            json_bodies.check_length(len(request.body))
            body = json_bodies.read(request.body) if request.body else {}
            if not isinstance(body, dict):
                raise _WrongInputError("the body is no object")
            return _response(200, action(body))
        except json_bodies.BodyError as error:
            return _response(400, {"error": f"the body cannot be read: {error.reason}"})
        except (_WrongInputError, KitError) as error:
            return _response(400, {"error": str(error)})

    def _health(self, _: Mapping[str, Any]) -> Any:
        return {"status": "ok", "contract_breaks": self._app.responses.breaks}

    def _reset(self, _: Mapping[str, Any]) -> Any:
        self._instance.reset()
        self._app.forget()
        return {"status": "ok"}

    def _seed(self, body: Mapping[str, Any]) -> Any:
        self._instance.load_seed(body)
        return {"status": "ok"}

    def _clock(self) -> Any:
        state = self._instance.store.fact("clock")
        now = self._instance.now().isoformat(timespec="milliseconds")
        return {"now": now, "stands": "stands_at" in state}

    def _set_clock(self, body: Mapping[str, Any]) -> Any:
        """`stand_at` or `run_from` a moment or `real`, or `advance_s` seconds."""
        [(key, value)] = body.items() if len(body) == 1 else [("", None)]
        if key == "advance_s" and isinstance(value, int | float) and not isinstance(value, bool):
            state = self._instance.store.fact("clock")
            moment = clock.moved(self._instance.now(), value)
            stands = "stands_at" in state
            state = clock.standing(moment) if stands else clock.running(moment)
        elif key == "stand_at" and isinstance(value, str):
            state = clock.standing(clock.parse(value))
        elif key == "run_from" and isinstance(value, str):
            state = {} if value == clock.REAL else clock.running(clock.parse(value))
        else:
            raise _WrongInputError(
                "send one of stand_at, run_from (a time) and advance_s (seconds)"
            )
        self._instance.change("clock", state)
        return self._clock()

    def _take(self, body: Mapping[str, Any]) -> Any:
        self._instance.snapshots.take(_text(body, "name"))
        return {"names": self._instance.snapshots.names()}

    def _restore(self, body: Mapping[str, Any]) -> Any:
        self._instance.restore(_text(body, "name"))
        return {"status": "ok"}

    def _faults(self) -> Any:
        on = sorted(self._instance.faults)
        wrapper = self._instance.wrapper
        return {"on": on, "known": wrapper.known(), **wrapper.state(self._instance)}

    def _set_faults(self, body: Mapping[str, Any]) -> Any:
        names = body.get("on")
        if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
            raise _WrongInputError(
                "send the list 'on' with the names of the faults, or an empty one"
            )
        self._instance.wrapper.check(names, self._instance.contract)
        self._instance.change("faults", sorted(set(names)))
        return self._faults()

    def _requests(self) -> Any:
        return {"total": self._app.recorder.total(), "requests": self._app.recorder.entries()}

    def _forget(self, _: Mapping[str, Any]) -> Any:
        self._app.forget()
        return {"status": "ok"}


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str):
        raise _WrongInputError(f"send '{key}' as text")
    return value


def _response(status: int, body: Any) -> Response:
    return render(status, orjson.dumps(body), JSON)
