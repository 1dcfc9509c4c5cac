"""Controlling a running sandbox under `/_sandbox/`: state, time, records, faults, what was asked of it.

`admission.py` says who may do so, `control.schema.json` what the bodies hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema_rs
import orjson

from ccaas_kit.contract import documents
from ccaas_kit.contract.errors import ConfigError, KitError
from ccaas_kit.sandbox.behaviors.contact import fields
from ccaas_kit.sandbox.behaviors.offers import decisions
from ccaas_kit.sandbox.contract import JSON
from ccaas_kit.sandbox.http import json_bodies, scripted
from ccaas_kit.sandbox.http.messages import Request, Response
from ccaas_kit.sandbox.http.responses import render
from ccaas_kit.sandbox.instance import clock, record_forms, records
from ccaas_kit.sandbox.platform import limits
from ccaas_kit.sandbox.serving.admission import REFUSED, Admission
from ccaas_kit.sandbox.serving.app import App

PREFIX = "/_sandbox/"
SCHEMA = Path(__file__).with_name("control.schema.json")
# Of actions without a form of their own.
_NO_MEMBERS = {"type": "object", "properties": {}, "additionalProperties": False}
_LONGEST = 300

Action = Callable[..., Any]


class Control:
    """Serves `/_sandbox/`."""

    def __init__(self, app: App, *, token: str | None = None) -> None:
        self._app = app
        self._instance = app.instance
        self._admission = Admission(token)
        # By method, name and the number of further segments of the path, which come as arguments.
        self._actions: dict[tuple[str, str, int], Action] = {
            ("GET", "health", 0): self._health,
            ("GET", "limits", 0): lambda _: {"limits": limits.load()},
            ("GET", "logins", 0): lambda _: self._logins(),
            ("POST", "reset", 0): self._reset,
            ("GET", "seed", 0): lambda _: self._instance.seed(),
            ("POST", "seed", 0): self._seed,
            ("GET", "clock", 0): lambda _: self._clock(),
            ("POST", "clock", 0): self._set_clock,
            ("GET", "snapshot", 0): lambda _: {"names": self._instance.snapshots.names()},
            ("POST", "snapshot", 0): self._take,
            ("DELETE", "snapshot", 1): self._drop,
            ("POST", "restore", 0): self._restore,
            ("GET", "records", 1): self._records,
            ("POST", "records", 1): self._add,
            ("PATCH", "records", 2): self._patch,
            ("DELETE", "records", 2): self._remove,
            ("POST", "offer", 0): self._decide,
            ("GET", "fault", 0): lambda _: self._faults(),
            ("POST", "fault", 0): self._set_faults,
            ("GET", "responses", 0): lambda _: self._scripts(),
            ("POST", "responses", 0): self._script,
            ("DELETE", "responses", 0): self._unscript,
            ("GET", "requests", 0): lambda _: self._requests(),
            ("DELETE", "requests", 0): self._forget,
        }
        forms = documents.load_mapping(SCHEMA)["$defs"]
        self._forms = {
            (method, name): jsonschema_rs.Draft202012Validator(
                {**forms.get(f"{method} {name}", _NO_MEMBERS), "$defs": forms}
            )
            for method, name, _ in self._actions
        }

    def handle(self, request: Request) -> Response:
        """What the action gives, as JSON; `{"error": …}` with 400, 403, 404 or 405 otherwise."""
        if not self._admission.admits(request):
            return _response(403, {"error": REFUSED})
        path = request.path.removeprefix(PREFIX).strip("/")
        name, *segments = (unquote(segment) for segment in path.split("/"))
        action = self._actions.get((request.method, name, len(segments)))
        if action is None:
            return self._unknown(name, len(segments))
        try:
            if request.query:
                what = f"does not take '{request.query[:80]}'"
                raise ConfigError(what, where=f"{PREFIX}{name}", fix="Send it without a query")
            json_bodies.check_length(len(request.body))
            body = json_bodies.read(request.body) if request.body else {}
            self._check(request.method, name, body)
            return _response(200, action(body, *segments))
        except json_bodies.BodyError as error:
            return _response(400, {"error": f"the body cannot be read: {error.reason}"})
        except KitError as error:
            return _response(400, {"error": str(error)})

    def _unknown(self, name: str, segments: int) -> Response:
        known = sorted(
            {method for method, path, count in self._actions if (path, count) == (name, segments)}
        )
        if known:
            return _response(405, {"error": f"{name} knows {', '.join(known)}"})
        names = sorted({path for _, path, _ in self._actions})
        return _response(404, {"error": f"there is only {', '.join(names)}"})

    def _check(self, method: str, name: str, body: Any) -> None:
        for error in self._forms[method, name].iter_errors(body):
            place = "".join(f"/{step}" for step in error.instance_path)
            fix = f"{SCHEMA.name} says what it takes"
            raise ConfigError(
                error.message[:_LONGEST],
                where=f"{PREFIX}{name}{place and ':'} {place}".strip(),
                fix=fix,
            )

    def _health(self, _: Mapping[str, Any]) -> Any:
        return {"status": "ok", "contract_breaks": self._app.contract_breaks}

    def _logins(self) -> Any:
        users = self._instance.settings.users.values()
        return {
            "logins": {
                user.user_name: {"password": user.password, "roles": sorted(user.roles)}
                for user in users
            }
        }

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
        ((key, value),) = body.items()
        if key == "advance_s":
            moment = clock.moved(self._instance.now(), value)
            is_standing = "stands_at" in self._instance.store.fact("clock")
            state = clock.standing(moment) if is_standing else clock.running(moment)
        elif key == "stand_at":
            state = clock.standing(clock.parse(value))
        else:
            state = {} if value == clock.REAL else clock.running(clock.parse(value))
        self._instance.change("clock", state)
        return self._clock()

    def _take(self, body: Mapping[str, Any]) -> Any:
        self._instance.snapshots.take(body["name"])
        return {"names": self._instance.snapshots.names()}

    def _drop(self, _: Mapping[str, Any], name: str) -> Any:
        self._instance.snapshots.drop(name)
        return {"names": self._instance.snapshots.names()}

    def _restore(self, body: Mapping[str, Any]) -> Any:
        self._instance.restore(body["name"])
        return {"status": "ok"}

    def _records(self, _: Mapping[str, Any], table: str) -> Any:
        record_forms.table_of(self._instance.tables, table, where="records")
        family = self._instance.tables.family(table)
        return {
            "records": [
                record for member in family for record in self._instance.store.find(member.name)
            ]
        }

    def _add(self, body: Mapping[str, Any], table: str) -> Any:
        record = records.add(self._instance, table, body)
        self._learn(table, record)
        return {"record": record}

    def _patch(self, body: Mapping[str, Any], table: str, sys_id: str) -> Any:
        record = records.patch(self._instance, table, sys_id, body)
        self._learn(table, record)
        return {"record": record}

    def _learn(self, table: str, record: Mapping[str, Any]) -> None:
        """Let queries know the custom columns of a record."""
        if record.keys() - self._instance.tables[table].fields.keys():
            fields.learn_custom_names(self._instance, table)

    def _remove(self, _: Mapping[str, Any], table: str, sys_id: str) -> Any:
        record_forms.table_of(self._instance.tables, table, where="records")
        if not self._instance.store.delete(table, sys_id):
            raise records.missing(table, sys_id)
        return {"status": "ok"}

    def _decide(self, body: Mapping[str, Any]) -> Any:
        accepts = body["decision"] == "accept"
        item = decisions.decide(self._instance, accepts=accepts, document=body.get("document"))
        return {"record": item}

    def _faults(self) -> Any:
        on = sorted(self._instance.faults)
        wrapper = self._instance.wrapper
        return {"on": on, "known": wrapper.known(), **wrapper.state(self._instance)}

    def _set_faults(self, body: Mapping[str, Any]) -> Any:
        names: Sequence[str] = body["on"]
        self._instance.wrapper.check(names, self._instance.contract)
        self._instance.change("faults", sorted(set(names)))
        return self._faults()

    def _scripts(self) -> Any:
        return {"responses": scripted.listed(self._instance)}

    def _script(self, body: Mapping[str, Any]) -> Any:
        return {"response": scripted.add(self._instance, body)}

    def _unscript(self, _: Mapping[str, Any]) -> Any:
        scripted.clear(self._instance)
        return self._scripts()

    def _requests(self) -> Any:
        return {"total": self._app.recorder.total(), "requests": self._app.requests()}

    def _forget(self, _: Mapping[str, Any]) -> Any:
        self._app.forget()
        return {"status": "ok"}


def _response(status: int, body: Any) -> Response:
    return render(status, orjson.dumps(body), JSON)
