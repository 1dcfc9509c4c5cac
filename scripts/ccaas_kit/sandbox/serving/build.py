"""Putting a sandbox together from its options."""

from __future__ import annotations

import logging
import os
from functools import partial
from typing import Any

from ccaas_kit import faults
from ccaas_kit.sandbox.behaviors.contact import fields
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.http.recorder import MemoryRecorder, Recorder, SharedRecorder
from ccaas_kit.sandbox.instance import seed
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.platform import batch, oauth, table_api
from ccaas_kit.sandbox.serving import admission, control
from ccaas_kit.sandbox.serving.app import App, Extra
from ccaas_kit.sandbox.serving.options import Options
from ccaas_kit.sandbox.serving.page import page
from ccaas_kit.sandbox.serving.recorded import describe

_LOG = logging.getLogger("sandbox")


def instance(options: Options, contract: Contract | None = None) -> Instance:
    """The instance that the options describe; a database that holds one already is taken as it is.

    A warning then names the options that only a reset brings into effect.

    Raises:
        KitError: the contract, the seed or the database cannot be used.
    """
    document: dict[str, Any] = seed.load(options.seed or seed.SEED)
    if options.clock is not None:
        document["clock"] = options.clock
    if options.faults:
        document["faults"] = list(options.faults)
    made = Instance(
        contract or Contract(),
        database=options.database,
        seed_document=document,
        fill=partial(_fill, count=options.contacts),
        wrapper=faults,
    )
    made.shared = options.join
    made.query_seconds = options.query_seconds
    made.strict_queries = options.strict_queries
    if made.found and not options.join and (unused := _of_the_start(options)):
        _LOG.warning(
            "%s holds an instance already: %s will count from the next reset on",
            options.database,
            ", ".join(unused),
        )
    return made


def app(options: Options, *, contract: Contract | None = None) -> App:
    """The sandbox that the options describe, with the handlers of all its paths.

    Raises:
        KitError: the contract, the seed or the database cannot be used.
    """
    served = instance(options, contract)
    recorder: Recorder = MemoryRecorder(describe)
    if served.shared:
        recorder = SharedRecorder(served.store, describe)
    return App(served, recorder=recorder, extras=_extras)


def _extras(made: App) -> dict[str, Extra]:
    token = os.environ.get(admission.TOKEN) or None
    return {
        **page.Page(made, token=token).extras(),
        control.PREFIX: control.Control(made, token=token).handle,
        **table_api.TableApi(made.instance).paths(),
        **dict.fromkeys(batch.PATHS, batch.Batch(made.instance, made.within).handle),
        oauth.PATH: oauth.TokenEndpoint(made.instance).handle,
    }


def _of_the_start(options: Options) -> list[str]:
    """The options that say how an instance begins, as far as they are given."""
    values = {
        "--seed": options.seed,
        "--contacts": options.contacts,
        "--clock": options.clock,
        "--fault": options.faults,
    }
    return [name for name, value in values.items() if value]


def _fill(instance: Instance, *, count: int) -> None:
    """What comes to the records of a seed: custom columns, and made-up contacts."""
    fields.learn_custom_names(instance, "customer_contact")
    if count:
        # Faker takes longer to load than the sandbox takes to start.
        from ccaas_kit.sandbox.instance import contacts

        contacts.fill(count)(instance)
