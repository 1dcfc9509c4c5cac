"""Secrets are taken out of every text, in every form; short ones only where one signs in."""

from __future__ import annotations

import base64
import html
import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccaas_kit.contract.redaction import HIDDEN, SHORTEST, Redactor
from ccaas_kit.gateway.credentials import basic
from ccaas_kit.judging.reproduction.curl import Repeater
from ccaas_kit.reporting import reports
from tests.conformance.targets import judged, target
from tests.conformance.test_reports import exchange, sources
from tests.looping import every

SECRET = "canary/7f3a+se\"cr<et'&0b9d é"
PLAIN = "canary-7f3a-0b9d"


def forms(secret: str) -> dict[str, str]:
    raw = secret.encode()
    percent = quote(secret, safe="")
    return {
        "plain": secret,
        "percent": percent,
        "percent in small letters": re.sub("%..", lambda match: match[0].lower(), percent),
        "plus": quote_plus(secret),
        "twice percent": quote(percent, safe=""),
        "twice percent of plus": quote(quote_plus(secret), safe=""),
        "hex": raw.hex(),
        "large hex": raw.hex().upper(),
        "base64": base64.b64encode(raw).decode(),
        "base64 of a URL": base64.urlsafe_b64encode(raw).decode(),
        "JSON": json.dumps(secret)[1:-1],
        "JSON in UTF-8": json.dumps(secret, ensure_ascii=False)[1:-1],
        "JSON in JSON": json.dumps(json.dumps(secret)[1:-1])[1:-1],
        "JSON with escaped slashes": json.dumps(secret)[1:-1].replace("/", "\\/"),
        "HTML": html.escape(secret),
        "percent but for slashes": quote(secret),
        "every letter percent": "".join(f"%{byte:02x}" for byte in raw),
        "thrice percent": quote(quote(percent, safe=""), safe=""),
        "some letters percent": "".join(
            f"%{ord(letter):02X}" if number % 3 and letter.isascii() else quote(letter)
            for number, letter in enumerate(secret)
        ),
        "hex with colons": raw.hex(":"),
        "hex of both kinds": "".join(
            digit.upper() if number % 2 else digit for number, digit in enumerate(raw.hex())
        ),
        "percent of base64": quote(base64.b64encode(raw).decode(), safe=""),
        "base64 in lines": base64.b64encode(raw).decode()[:20]
        + "\n" * (len(raw) > 14)
        + base64.b64encode(raw).decode()[20:],
        "every letter JSON": "".join(f"\\u{ord(letter):04X}" for letter in secret),
        "every letter HTML": "".join(f"&#{ord(letter)};" for letter in secret),
        "HTML in hex": "".join(f"&#x{ord(letter):X};" for letter in secret),
        "JSON that is safe in HTML": "".join(
            f"\\u{ord(letter):04x}" if letter in "<>&'" else json.dumps(letter)[1:-1]
            for letter in secret
        ),
        "HTML of JSON": html.escape(json.dumps(secret)[1:-1]),
    }


@every("secret", [SECRET, PLAIN, "a" * SHORTEST])
@every("form", forms(SECRET))
def test_every_form_of_a_secret_is_taken_out(secret: str, form: str) -> None:
    written = forms(secret)[form]

    assert Redactor((secret,)).clean(f"You have sent ({written}).") == f"You have sent ({HIDDEN})."


@given(st.binary(max_size=7), st.binary(max_size=7))
def test_a_secret_in_the_base64_of_more_is_not_left(before: bytes, after: bytes) -> None:
    encoded = base64.b64encode(before + PLAIN.encode() + after).decode()

    clean = Redactor((PLAIN,)).clean(encoded)

    assert HIDDEN in clean
    # What is left of the secret is at most the letters that it shares with what is around it.
    assert len(clean) - len(HIDDEN) <= len(encoded) - len(PLAIN) * 8 // 6 + 2


def test_of_two_secrets_the_longer_one_goes_first() -> None:
    for secrets in (("canary-one", "canary-one-two"), ("canary-one-two", "canary-one")):
        assert Redactor(secrets).clean("canary-one-two!") == f"{HIDDEN}!"
        assert Redactor(secrets).clean("canary-one!") == f"{HIDDEN}!"
    # Also if it is only the end, or if it is learnt later.
    redactor = Redactor(("canary-one",))
    redactor.learn("x-canary-one-y")
    assert redactor.clean("x-canary-one-y") == HIDDEN


EDGES = (
    *("", "…", "...", '..."', " // Output truncated...", "\n", '"}', "</td>", "&quot;", "\\xe2"),
    "\ufffd",
)
# What is left of padding, of a line break and of a quotation mark has no letter of a secret.
TORN = ("%3D", "\n", "&quot;")


@every("form", forms(SECRET))
def test_a_secret_that_was_cut_off_is_taken_out(form: str) -> None:
    written = forms(SECRET)[form]
    redactor = Redactor((SECRET,))
    # Four letters of it, however long each is written.
    least = max(SHORTEST, len(forms(SECRET[:4])[form]))

    for length in range(least, len(written)):
        for edge in EDGES:
            clean = redactor.clean(f"sent {written[:length]}{edge}")
            assert clean.startswith(f"sent {HIDDEN}")
            left = clean.removeprefix(f"sent {HIDDEN}")
            # What tells of the cut can be the next letter as well, or a part of it.
            torn = left.removesuffix(edge)
            assert edge.endswith(left) or any(text.startswith(torn) for text in TORN)


def test_a_word_that_only_begins_like_a_secret_stays() -> None:
    redactor = Redactor(("password123",))

    for text in ("passwords", "the password is wrong", "password12x", "passwor"):
        assert redactor.clean(text) == text


def test_a_word_of_the_contract_stays_where_a_secret_begins_with_it() -> None:
    redactor = Redactor(("interaction_admin", "interactive-9f"))

    assert redactor.clean('{"table": "interaction"}') == '{"table": "interaction"}'
    assert redactor.clean('{"sent": "interaction_a"}') == f'{{"sent": "{HIDDEN}"}}'
    assert redactor.clean('{"sent": "interactive-9"}') == f'{{"sent": "{HIDDEN}"}}'


@every(
    "text",
    [
        "https://dev1.service-now.com",
        "GET /api/now/contact",
        "now",
        '{"state": "now"}',
        "known",
        "Basic knowledge",
    ],
)
def test_a_short_secret_is_left_in_other_text(text: str) -> None:
    assert Redactor(("now",)).clean(text) == text


@every(
    "text",
    [
        "Authorization: Bearer {}",
        "authorization: basic {}",
        '{{"Authorization": "Bearer {}"}}',
        "x-sn-apikey: {}",
        '{{"password": "{}"}}',
        "{{&quot;password&quot;: &quot;{}&quot;}}",
        "grant_type=password&password={}&x=1",
        "client_secret={}",
        "access_token={}",
    ],
)
def test_a_short_secret_is_taken_out_where_one_signs_in(text: str) -> None:
    assert Redactor(("now",)).clean(text.format("now")) == text.format(HIDDEN)


def test_a_short_secret_is_told_of_and_a_long_one_is_not() -> None:
    redactor = Redactor(("long-enough",))

    assert redactor.warning == ""
    redactor.learn("now")
    assert "fewer than 8 characters" in redactor.warning
    assert "now " not in redactor.warning


def test_a_run_with_a_short_password_says_so_once_and_keeps_its_target(tmp_path: Path) -> None:
    with target() as sandbox:
        words = ("--profile", "read-only", "--probes-only")
        ran = judged(sandbox.url, tmp_path, *words, probes=("known-url",))

    assert " ".join(ran.printed.split()).count("A secret has fewer than 8 characters") == 1
    assert ran.card["target"] == sandbox.url
    assert HIDDEN not in json.dumps(ran.card["clauses"])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_request_is_written_down_without_secrets(encoding: str, tmp_path: Path) -> None:
    _, contract = sources(tmp_path)
    signed_in = basic("admin", PLAIN, contract)
    repeater = Repeater(signed_in, Redactor(signed_in.secrets))
    # Bytes that are no text are written in octal digits and in base64.
    for rest in (b"", b"\xff"):
        body = f"told {PLAIN}".encode(encoding) + rest
        sent = exchange(contract, body=body)

        line, kept = repeater.curl(sent), repeater.recorded(sent)

        octal = "".join(f"\\{byte:03o}" for byte in PLAIN.encode(encoding))
        assert octal not in line
        assert PLAIN not in line
        document = kept.document()
        stored = base64.b64decode(document.get("body_base64", "")) or document["body"].encode()
        assert PLAIN.encode(encoding) not in stored
        assert HIDDEN.encode() in (kept.body or b"")


def test_a_command_is_cleaned_before_it_is_cut(tmp_path: Path) -> None:
    _, contract = sources(tmp_path)
    repeater = Repeater(None, Redactor((PLAIN,)))

    for rest in range(len(PLAIN)):
        body = b"x" * (4000 - rest) + PLAIN.encode()
        line = repeater.curl(exchange(contract, body=body))
        assert "canary" not in line
    assert replace(exchange(contract), request_body=None).request_body is None


def test_kept_reports_hold_no_part_of_a_secret_that_was_cut_off(tmp_path: Path) -> None:
    folder = tmp_path / "told"
    folder.mkdir()
    cut = PLAIN[:10]
    contents = {
        "single.json": json.dumps({"body": f"x {cut}", "more": [f"{cut}..."]}),
        "single.junit": f"<f>    {cut} // Output truncated...\n {cut}\n{cut}</f>",
        "single.har": '{"torn": "' + cut,
    }
    for name, text in contents.items():
        (folder / name).write_text(text, encoding="utf-8")
    redactor = Redactor((PLAIN,))

    reports.keep(tmp_path, [folder / name for name in contents], redactor=redactor)

    for name in contents:
        kept = (tmp_path / reports.ENGINE / name).read_text("utf-8")
        assert "canary" not in kept
        assert HIDDEN in kept
