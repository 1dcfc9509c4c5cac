"""Putting a sandbox together from its options."""

from __future__ import annotations

import os
from functools import partial
from typing import Any

from scripts.sandbox import control, oauth, seed, table_api
from scripts.sandbox.app import App
from scripts.sandbox.behaviors import contact_fields
from scripts.sandbox.contract import Contract
from scripts.sandbox.instance import Instance
from scripts.sandbox.options import Options
from scripts.sandbox.recorder import MemoryRecorder, SharedRecorder


def instance(options: Options, contract: Contract | None = None) -> Instance:
    """The instance that the options describe; a database that holds one already is taken as it is.

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
    )
    made.shared = options.join
    return made


def app(options: Options, *, contract: Contract | None = None) -> App:
    """The sandbox that the options describe, with everything that answers its paths.

    Raises:
        KitError: the contract, the seed or the database cannot be used.
    """
    held = instance(options, contract)
    recorder = SharedRecorder(held.store) if held.shared else MemoryRecorder()
    made = App(held, recorder=recorder)
    made.extras = {
        control.PREFIX: control.Control(made, token=os.environ.get(control.TOKEN)).handle,
        table_api.PREFIX: table_api.TableApi(held).handle,
        oauth.PATH: oauth.TokenEndpoint(held).handle,
    }
    return made


def _fill(instance: Instance, *, count: int) -> None:
    """What comes to the records of a seed: custom columns, and made-up contacts."""
    contact_fields.learn_custom_names(instance, "customer_contact")
    if count:
        # Faker takes longer to load than the sandbox takes to start.
        from scripts.sandbox import contacts

        contacts.fill(count)(instance)
