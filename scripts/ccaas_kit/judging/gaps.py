"""What an exchange lacks that was read from a file: secrets were taken out, and long bodies cut off."""

from __future__ import annotations

from dataclasses import dataclass

from ccaas_kit.contract.redaction import HIDDEN
from ccaas_kit.contract.shapes import Json
from ccaas_kit.model.exchanges import Exchange
from ccaas_kit.model.schemas import Fault


@dataclass(frozen=True, slots=True)
class Gaps:
    """What a redacted exchange lacks; an exchange that is not redacted lacks nothing."""

    redacted: bool = False
    in_request: bool = False
    in_response: bool = False

    @classmethod
    def of(cls, exchange: Exchange) -> Gaps:
        """The gaps of a redacted exchange: something is hidden there, or a body was cut off."""
        request = exchange.request_body or b""
        response = exchange.response.body if exchange.response else b""
        sent, received = exchange.sizes or (len(request), len(response))
        mark = HIDDEN.encode()
        return cls(
            redacted=True,
            in_request=mark in request or HIDDEN in exchange.url or len(request) < sent,
            in_response=mark in response or len(response) < received,
        )

    def hide(self, value: Json) -> bool:
        """Whether something is hidden in a value, at any depth."""
        if not self.redacted:
            return False
        if isinstance(value, dict):
            return any(self.hide(part) for pair in value.items() for part in pair)
        if isinstance(value, list):
            return any(map(self.hide, value))
        return isinstance(value, str) and HIDDEN in value

    def explain(self, fault: Fault, body: Json) -> bool:
        """Whether a fault can come from what is hidden: in its value, or in the name of a property."""
        if not self.in_response:
            return False
        part = body
        for step in fault.place.split("/")[1 : -1 if fault.missing else None]:
            if isinstance(part, list) and step.isdecimal() and int(step) < len(part):
                part = part[int(step)]
            elif isinstance(part, dict) and step in part:
                part = part[step]
            else:
                # A name that contains a slash.
                return True
        return self.hide(list(part) if fault.missing and isinstance(part, dict) else part)
