"""What comes of a look: what it saw kept or broken, or why it could not tell."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from ccaas_kit.contract.errors import KitError
from ccaas_kit.gateway.outcomes import BlockedError, InconclusiveError, ViolationError
from ccaas_kit.judging import verdicts
from ccaas_kit.judging.verdicts import Deviation, Opinion, Verdict
from ccaas_kit.probes.platform import valid_calls
from ccaas_kit.probes.probing import Probing


def of(
    probing: Probing, operation: str, look: Callable[[], str], *, code: str, name: str
) -> Opinion:
    """What a look at an operation says; a defect of the look is noted under a name, and blocks."""
    try:
        with probing.looking():
            return Opinion(Verdict.CONFORMS, look())
    except ViolationError as broken:
        if probing.refused_to_us(broken.exchange):
            # It may be the first request of all: only a valid call shows that we are never served.
            with suppress(InconclusiveError, BlockedError, ViolationError):
                valid_calls.baseline(probing, broken.exchange.operation.base)
        if obstacle := probing.refused_to_us(broken.exchange):
            return Opinion(Verdict.BLOCKED, obstacle)
        deviation = Deviation(code, operation, broken.expected, broken.got, broken.exchange)
        return Opinion(Verdict.VIOLATES, broken.got, (deviation,))
    except InconclusiveError as unseen:
        return Opinion(Verdict.UNVERIFIED, str(unseen))
    except BlockedError as barred:
        return Opinion(Verdict.BLOCKED, str(barred))
    except KitError:
        raise
    except Exception as error:  # noqa: BLE001  # the others are asked all the same
        return verdicts.defective(probing.defects.note(name, error))
