"""Made-up contacts, as many as a trial with large tables needs, and the same ones each time.

Faker is slow, so it gives names, streets and companies once, and contacts are put together from
these. Mail goes to domains and phone numbers lie in ranges that are kept free for examples. The
first contacts are the same however many there are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any, TypeVar

from faker import Faker

from ccaas_kit.sandbox.instance.ids import sys_id_of
from ccaas_kit.sandbox.instance.instance import Instance

CONTACTS = "customer_contact"
ACCOUNTS = "customer_account"
PER_ACCOUNT = 10

_SEED = 65
_PEOPLE, _PLACES = 250, 60
_PROVIDERS = [f"faker.providers.{name}" for name in ("person", "address", "company", "job")]
_DOMAINS = ("example.com", "example.org", "example.net")
_FIRST = int(datetime(2018, 3, 5, tzinfo=UTC).timestamp())
_LAST = int(datetime(2024, 3, 29, tzinfo=UTC).timestamp())
_NO_LETTER = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Region:
    """Where people come from; phone numbers are a beginning and as many digits as are missing."""

    locale: str
    country: str
    language: str
    time_zone: str
    phones: tuple[str, ...] = tuple(f"+1 {area} 555 01##" for area in range(212, 990, 7))
    mobiles: tuple[str, ...] = tuple(f"+1 {area} 555 01##" for area in range(215, 990, 7))


# A country without numbers of its own for examples takes those of the first one.
_REGIONS = (
    _Region("en_US", "USA", "en", "US/Pacific"),
    _Region(
        "en_GB",
        "GBR",
        "en",
        "Europe/London",
        tuple(f"+44 {area} 496 0###" for area in (113, 114, 115, 116, 117, 118, 121, 131, 161)),
        ("+44 7700 900###",),
    ),
    _Region(
        "de_DE",
        "DEU",
        "de",
        "Europe/Berlin",
        ("+49 30 23125 ###", "+49 40 66969 ###", "+49 69 90009 ###", "+49 89 99998 ###"),
        ("+49 171 39200##", "+49 176 040690##"),
    ),
    _Region(
        "fr_FR",
        "FRA",
        "fr",
        "Europe/Paris",
        ("+33 1 99 00 ####", "+33 2 61 91 ####", "+33 3 53 01 ####", "+33 4 65 71 ####"),
        ("+33 6 39 98 ####",),
    ),
    _Region("es_ES", "ESP", "es", "Europe/Madrid"),
    _Region("pl_PL", "POL", "pl", "Europe/Warsaw"),
    _Region("pt_BR", "BRA", "pt", "America/Sao_Paulo"),
    _Region("ja_JP", "JPN", "ja", "Asia/Tokyo"),
)


@dataclass(frozen=True, slots=True)
class _Name:
    """A first or last name, and its letters as an address can hold them."""

    text: str
    letters: str


@dataclass(frozen=True, slots=True)
class _Pool:
    """What the contacts of one region are made of."""

    region: _Region
    first_names: Sequence[_Name]
    last_names: Sequence[_Name]
    titles: Sequence[str]
    streets: Sequence[str]
    cities: Sequence[tuple[str, str]]
    companies: Sequence[str]


def fill(count: int) -> Callable[[Instance], None]:
    """What adds so many contacts, and their accounts, to an instance; one at a time in memory."""

    def run(instance: Instance) -> None:
        fields = instance.contract.schema("Contact")["properties"]
        pools = [_pool(region, fields) for region in _REGIONS]
        accounts = instance.tables[ACCOUNTS].defaults()
        number = -(-count // PER_ACCOUNT)
        instance.store.insert_many(
            ACCOUNTS, (accounts | _account(place, pools) for place in range(number))
        )
        empty = instance.tables[CONTACTS].defaults()
        instance.store.insert_bulk(
            CONTACTS, (empty | contact for contact in _contacts(count, pools))
        )

    return run


def _pool(region: _Region, fields: Mapping[str, Any]) -> _Pool:
    faker = Faker(region.locale, providers=_PROVIDERS, use_weighting=False)
    faker.seed_instance(_SEED)

    def draw(field: str, number: int, make: Callable[[], str]) -> list[str]:
        made = (" ".join(make().replace("\n", ", ").split()) for _ in range(number))
        return [text for text in made if len(text) <= fields[field]["maxLength"]]

    return _Pool(
        region=region,
        first_names=[_name(name) for name in draw("first_name", _PEOPLE, faker.first_name)],
        last_names=[_name(name) for name in draw("last_name", _PEOPLE, faker.last_name)],
        titles=draw("title", _PLACES, faker.job),
        streets=draw("street", _PLACES, faker.street_address),
        cities=list(
            zip(
                draw("city", _PLACES, faker.city),
                draw("zip", _PLACES, faker.postcode),
                strict=False,
            )
        ),
        companies=draw("name", _PLACES, faker.company),
    )


def _account(place: int, pools: Sequence[_Pool]) -> dict[str, str]:
    pool, city, company = _site(place, pools)
    return {
        "sys_id": _account_id(place),
        "name": f"{company}, {city[0]}",
        "number": f"ACCT{place + 1_000_000:07}",
        "phone": _number(pool.region.phones, place),
        "city": city[0],
        "country": pool.region.country,
    }


def _account_id(place: int) -> str:
    return sys_id_of("made-up account", place)


def _site(place: int, pools: Sequence[_Pool]) -> tuple[_Pool, tuple[str, str], str]:
    """Where the account at this place is, and the name of its company."""
    pool = pools[place % len(pools)]
    turn, at = divmod(place // len(pools), len(pool.companies))
    return pool, pool.cities[(at + turn) % len(pool.cities)], pool.companies[at]


def _contacts(count: int, pools: Sequence[_Pool]) -> Iterator[dict[str, str]]:
    random = Random(_SEED)
    draw = random.random
    pool, city = pools[0], pools[0].cities[0]
    account = ""
    for place in range(count):
        if place % PER_ACCOUNT == 0:
            pool, city, _ = _site(place // PER_ACCOUNT, pools)
            account = _account_id(place // PER_ACCOUNT)
        region = pool.region
        first, last = _one(pool.first_names, draw()), _one(pool.last_names, draw())
        middle = f"{_one(pool.first_names, draw()).text} " if draw() < 0.2 else ""
        login = f"{first.letters}.{last.letters}.{place + 1}"
        created = int(_FIRST + draw() * (_LAST - _FIRST))
        updated = int(created + draw() * (_LAST - created))
        yield {
            "sys_id": sys_id_of("made-up contact", place),
            "account": account,
            # An account is a company: the documented contacts have the same id in both fields.
            "company": account,
            "active": "false" if draw() < 0.04 else "true",
            "city": city[0],
            "country": region.country,
            "email": f"{login}@{_one(_DOMAINS, draw())}",
            "employee_number": str(place + 1),
            "first_name": first.text,
            "home_phone": _number(region.phones, random.getrandbits(30)) if draw() < 0.1 else "",
            "last_login_time": _moment(updated) if draw() < 0.5 else "",
            "last_name": last.text,
            "middle_name": middle[:-1],
            "mobile_phone": _number(region.mobiles, random.getrandbits(30)),
            "name": f"{first.text} {middle}{last.text}",
            "notification": "1" if draw() < 0.1 else "2",
            "phone": _number(region.phones, random.getrandbits(30)),
            "preferred_language": region.language,
            "street": _one(pool.streets, draw()),
            "sys_class_name": CONTACTS,
            "sys_created_by": "admin",
            "sys_created_on": _moment(created),
            "sys_domain": "global",
            "sys_mod_count": str(int(draw() * 9)),
            "sys_updated_by": "admin",
            "sys_updated_on": _moment(updated),
            "time_zone": region.time_zone,
            "title": _one(pool.titles, draw()),
            "user_name": login,
            "vip": "true" if draw() < 0.03 else "false",
            "zip": city[1],
        }


_T = TypeVar("_T")


def _one(values: Sequence[_T], share: float) -> _T:
    return values[int(share * len(values))]


def _number(forms: Sequence[str], draw: int) -> str:
    """One of the forms, its signs replaced by digits; the same for the same draw."""
    rest, at = divmod(draw, len(forms))
    start, _, signs = forms[at].partition("#")
    # A one before the digits keeps their leading zeros.
    unit = 10 ** (len(signs) + 1)
    return start + str(unit + rest % unit)[1:]


def _name(text: str) -> _Name:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    # A login has 40 characters at most, and ends with the number of the contact.
    return _Name(text, _NO_LETTER.sub("", plain)[:14] or "contact")


def _moment(seconds: int) -> str:
    """A moment as a record holds it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(" ")[:19]
