"""Indexes: in memory there when they are of use and not before, in a file from the beginning."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.storage import tables
from ccaas_kit.sandbox.storage.store import Store

CONTACTS = "customer_contact"
NAME, EMAIL, ACCOUNT = (f"{CONTACTS}-{field}" for field in ("name", "email", "account"))
BOTH = f"{CONTACTS}-account-name"
RECORD = {"sys_id": "a" * 32, "name": "Dora", "email": "d@x.example", "account": "1"}


@contextmanager
def opened(contract: Contract, path: Path | None = None) -> Iterator[Store]:
    made = Store(tables.load(contract.document), path)
    yield made
    made.close()


@pytest.fixture
def store(contract: Contract) -> Iterator[Store]:
    with opened(contract) as made:
        made.insert(CONTACTS, RECORD)
        yield made


def present(store: Store) -> set[str]:
    """The indexes of the contacts."""
    rows = store._db.query("SELECT name FROM sqlite_master WHERE type = 'index'")
    return {name for (name,) in rows if name.startswith(f"{CONTACTS}-")}


def page(store: Store, where: str = "1", order_by: str = "") -> list[str]:
    return store.select(CONTACTS, where, (), order_by=order_by, limit=5, offset=0)


def test_a_find_makes_the_index_that_it_needs(store: Store) -> None:
    assert present(store) == set()

    assert store.find(CONTACTS, email="d@x.example") == [RECORD]
    assert present(store) == {EMAIL}
    # In whatever order the fields are named.
    assert store.find(CONTACTS, name="Dora", account="1") == [RECORD]
    assert present(store) == {EMAIL, BOTH}


@pytest.mark.parametrize(
    ("where", "order_by", "made"),
    [
        ("1", "", set()),
        ("t.sys_id = 'x'", "", set()),
        ("t.\"k_name\" >= 'd'", "", {NAME}),
        ("1", 't."k_email" DESC', {EMAIL}),
        ("t.\"k_account\" = '1'", 't."k_name"', {ACCOUNT, NAME, BOTH}),
        ("t.\"k_user_name\" = '1'", "", {f"{CONTACTS}-user_name"}),
    ],
)
def test_a_page_makes_the_indexes_of_its_condition_and_order(
    where: str, order_by: str, made: set[str], store: Store
) -> None:
    page(store, where, order_by)
    page(store, where, order_by)

    assert present(store) == made


def test_an_index_that_was_taken_back_is_made_again(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.insert(CONTACTS, {**RECORD, "sys_id": "b" * 32})
            page(store, order_by='t."k_name"')
            store.find(CONTACTS, email="x")
            assert present(store) == {NAME, EMAIL}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert present(store) == set()

    assert len(page(store, order_by='t."k_name"')) == 1
    assert present(store) == {NAME}


def test_records_of_an_earlier_time_come_with_the_indexes_of_that_time(
    store: Store, tmp_path: Path
) -> None:
    store.copy_to(tmp_path / "before")
    page(store, order_by='t."k_name"')

    store.copy_from(tmp_path / "before")

    assert present(store) == set()
    page(store, order_by='t."k_name"')
    assert present(store) == {NAME}


def test_a_file_has_all_of_them(contract: Contract, tmp_path: Path) -> None:
    with opened(contract, tmp_path / "file") as made:
        everything = present(made)
        made.copy_to(tmp_path / "copy")
        with closing(sqlite3.connect(tmp_path / "copy")) as copy:
            copy.execute(f'DROP INDEX "{NAME}"')
        made.copy_from(tmp_path / "copy")
        assert present(made) == everything

    assert {NAME, EMAIL, ACCOUNT, BOTH} < everything


def test_very_many_records_bring_all_of_them(store: Store) -> None:
    page(store, order_by='t."k_name"')

    store.insert_bulk(CONTACTS, [{**RECORD, "sys_id": "b" * 32}])

    assert {NAME, EMAIL, ACCOUNT, BOTH} < present(store)
    assert len(page(store, order_by='t."k_name"')) == 2


@pytest.mark.parametrize("fields", [("city",), ("name", "email"), ("email", "no_field")])
def test_a_find_without_an_index_is_a_defect_of_ours(fields: tuple[str, ...], store: Store) -> None:
    with pytest.raises(ValueError, match="customer_contact has no index"):
        store.find(CONTACTS, **dict.fromkeys(fields, "x"))
