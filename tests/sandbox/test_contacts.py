"""Made-up contacts: the same each time, valid, and of addresses and numbers that nobody has."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import orjson
import pytest

from ccaas_kit.contract.layout import ROOT
from ccaas_kit.sandbox.behaviors.contact import contacts
from ccaas_kit.sandbox.contract import Contract
from ccaas_kit.sandbox.instance.contacts import ACCOUNTS, CONTACTS, fill
from ccaas_kit.sandbox.instance.instance import Instance
from ccaas_kit.sandbox.serving import build, options
from ccaas_kit.sandbox.storage.store import Record
from tests.sandbox.conftest import Caller

COUNT = 1003
SEEDED = 5
# Numbers that are kept free for examples: of North America, and of three countries of Europe.
FREE = re.compile(
    r"\+1 [2-9][0-9]{2} 555 01[0-9]{2}"
    r"|\+44 1[0-9]{2} 496 0[0-9]{3}|\+44 7700 900[0-9]{3}"
    r"|\+49 (30 23125|40 66969|69 90009|89 99998) [0-9]{3}|\+49 (171 39200|176 040690)[0-9]{2}"
    r"|\+33 (1 99 00|2 61 91|3 53 01|4 65 71|6 39 98) [0-9]{4}"
)


@pytest.fixture(scope="module")
def filled(contract: Contract) -> Iterator[Instance]:
    instance = build.instance(options.parse(["--contacts", str(COUNT)]), contract)
    yield instance
    instance.store.close()


def made_up(instance: Instance, table: str = CONTACTS) -> list[Record]:
    seeded = SEEDED if table == CONTACTS else 1
    texts = instance.store.select(table, "1", (), order_by="", limit=-1, offset=seeded)
    return [orjson.loads(text) for text in texts]


def test_as_many_are_made_as_were_asked_for(filled: Instance) -> None:
    assert filled.store.count(CONTACTS) == SEEDED + COUNT


def test_each_is_a_contact_by_the_contract(filled: Instance, contract: Contract) -> None:
    judge = contract.validator("Contact")
    columns = set(contract.schema("Contact")["properties"])

    assert all(judge.is_valid(record) for record in made_up(filled))
    assert all(set(record) == columns for record in made_up(filled))


@pytest.mark.parametrize("field", ["sys_id", "email", "user_name", "employee_number"])
def test_no_two_are_one(filled: Instance, field: str) -> None:
    values = {record[field] for record in made_up(filled)}

    assert len(values) == COUNT
    assert "" not in values


def test_mail_goes_to_domains_of_examples(filled: Instance) -> None:
    form = re.compile(r"[a-z0-9.]+@example\.(com|net|org)")

    assert all(form.fullmatch(record["email"]) for record in made_up(filled))


@pytest.mark.parametrize("field", ["phone", "mobile_phone", "home_phone"])
def test_phone_numbers_are_free_ones(filled: Instance, field: str) -> None:
    numbers = {record[field] for record in made_up(filled)} - {""}

    assert [number for number in numbers if not FREE.fullmatch(number)] == []
    assert len(numbers) > 50


def test_names_are_of_many_scripts(filled: Instance) -> None:
    names = [record["name"] for record in made_up(filled)]

    assert any(name.isascii() for name in names)
    assert any("ł" in name or "ń" in name for name in names)
    assert any("\u4e00" <= name[0] <= "\u9fff" for name in names)
    assert len(set(names)) > COUNT * 0.9


def test_names_are_made_of_their_parts(filled: Instance) -> None:
    parts = ("first_name", "middle_name", "last_name")

    for record in made_up(filled):
        assert record["name"] == " ".join(record[part] for part in parts if record[part])


def test_ten_belong_to_an_account(filled: Instance) -> None:
    people = Counter(record["account"] for record in made_up(filled))
    accounts = made_up(filled, ACCOUNTS)

    assert sorted(people.values()) == [3] + [10] * 100
    assert set(people) == {account["sys_id"] for account in accounts}
    assert all(record["company"] == record["account"] for record in made_up(filled))
    assert all(account["name"] and account["number"] for account in accounts)
    assert len({account["number"] for account in accounts}) == len(accounts)


def test_updates_follow_creations_and_precede_the_present(filled: Instance) -> None:
    now = filled.now_text()

    for record in made_up(filled):
        assert "2018" < record["sys_created_on"] <= record["sys_updated_on"] < now
        assert record["last_login_time"] <= record["sys_updated_on"]


def test_people_differ(filled: Instance) -> None:
    for field in ("active", "vip", "notification", "title", "city", "time_zone"):
        assert len({record[field] for record in made_up(filled)}) > 1, field


def test_they_are_the_same_each_time_and_however_many(filled: Instance, contract: Contract) -> None:
    few = build.instance(options.parse(["--contacts", "15"]), contract)

    assert made_up(few) == made_up(filled)[:15]
    assert made_up(few, ACCOUNTS) == made_up(filled, ACCOUNTS)[:2]
    few.store.close()


def test_a_reset_brings_them_back(contract: Contract) -> None:
    instance = build.instance(options.parse(["--contacts", "12"]), contract)
    before = made_up(instance)
    instance.store.delete(CONTACTS, before[3]["sys_id"])

    instance.reset()

    assert made_up(instance) == before
    instance.store.close()


def test_none_are_made_by_default(sandbox: Caller) -> None:
    assert sandbox.instance.store.count(CONTACTS) == SEEDED
    assert sandbox.instance.store.count(ACCOUNTS) == 1


def test_an_instance_can_be_filled_later(sandbox: Caller, filled: Instance) -> None:
    fill(11)(sandbox.instance)

    assert made_up(sandbox.instance) == made_up(filled)[:11]


def test_faker_is_not_loaded_without_need() -> None:
    code = (
        "import sys; from ccaas_kit.sandbox.serving import build, options; build.app(options.parse([])); "
        "print('faker' in sys.modules)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert done.stdout == "False\n"


def test_company_of_a_made_up_contact_is_found_by_name(
    filled: Instance, contract: Contract
) -> None:
    caller = Caller(build.app(options.parse(["--contacts", "40"]), contract=contract))
    account = made_up(filled, ACCOUNTS)[3]

    response = caller(
        "GET",
        "/api/now/contact",
        query={"sysparm_query": f"company.name={account['name']}", "sysparm_limit": 100},
    )

    assert response.result == made_up(filled)[30:40]
    caller.instance.store.close()


def test_page_without_bounds_ends_early_and_says_so(contract: Contract) -> None:
    count = contacts.MAX_PAGE + 1
    caller = Caller(build.app(options.parse(["--contacts", str(count)]), contract=contract))

    first = caller("GET", "/api/now/contact", query={"sysparm_limit": 2147483647})
    rest = caller(
        "GET",
        "/api/now/contact",
        query={"sysparm_limit": 2147483647, "sysparm_offset": contacts.MAX_PAGE},
    )

    assert len(first.result) == contacts.MAX_PAGE
    assert first.json["hasMore"] is True
    assert len(rest.result) == SEEDED + 1
    assert "hasMore" not in rest.json
    caller.instance.store.close()
