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
    """The opinion of a look at an operation; a defect is noted under `name`, and blocks the look."""
    try:
        with probing.looking():
            return Opinion(Verdict.CONFORMS, look())
    except ViolationError as violation:
        if probing.refused_to_us(violation.exchange):
            # This may be the first request of the run: only a valid call shows that none is served.
            with suppress(InconclusiveError, BlockedError, ViolationError):
                valid_calls.baseline(probing, violation.exchange.operation.base)
        if obstacle := probing.refused_to_us(violation.exchange):
            return Opinion(Verdict.BLOCKED, obstacle)
        deviation = Deviation(
            code, operation, violation.expected, violation.got, violation.exchange
        )
        return Opinion(Verdict.VIOLATES, violation.got, (deviation,))
    except InconclusiveError as reason:
        return Opinion(Verdict.UNVERIFIED, str(reason))
    except BlockedError as reason:
        return Opinion(Verdict.BLOCKED, str(reason))
    except KitError:
        raise
    except Exception as error:  # noqa: BLE001  # the other looks run all the same
        return verdicts.defective(probing.defects.note(name, error))
