"""The small guards at the door: guessing, keys, tokens, ranges."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.guessing import PER_ADDRESS, PER_LOGIN, WINDOW, Guesses
from api.idempotency import LIFETIME as KEY_LIFETIME
from api.idempotency import Keys, command_id
from api.ranges import Span, Unsatisfiable, span
from api.tokens import LIFETIME, Tokens
from kernel.ids import TenantId
from kernel.moment import after

NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
ACME = TenantId("acme")
KEY = "k" * 43


def test_so_many_wrong_passwords_for_a_login_then_wait_until_the_first_is_forgotten() -> None:
    guesses = Guesses()
    assert [guesses.begin("acme", "a", f"10.0.0.{n}", n) for n in range(PER_LOGIN)] == [None] * PER_LOGIN
    assert guesses.begin("acme", "a", "10.0.0.99", 20.0) == WINDOW - 20.0
    assert guesses.begin("acme", "b", "10.0.0.99", 20.0) is None
    assert guesses.begin("acme", "a", "10.0.0.99", WINDOW + 0.5) is None


def test_one_address_may_not_try_every_login() -> None:
    guesses = Guesses()
    for n in range(PER_ADDRESS):
        assert guesses.begin("acme", f"login{n}", "10.0.0.1", 0.0) is None
    assert guesses.begin("acme", "another", "10.0.0.1", 1.0) == WINDOW - 1.0
    assert guesses.begin("acme", "another", "10.0.0.2", 1.0) is None


def test_the_right_password_costs_nothing() -> None:
    guesses = Guesses()
    for n in range(PER_ADDRESS * 2):
        assert guesses.begin("acme", "a", "10.0.0.1", float(n)) is None
        guesses.succeeded("acme", "a", "10.0.0.1", float(n))


def test_a_key_names_one_request_of_one_person_for_a_day() -> None:
    keys = Keys()
    command = command_id(ACME, "aoki", "k1")
    assert command == command_id(ACME, "aoki", "k1")
    others = {command_id(ACME, "baba", "k1"), command_id(TenantId("b"), "aoki", "k1"), command_id(ACME, "aoki", "k2")}
    assert command not in others
    assert len(others) == 3
    assert keys.matches(command, "sign-in", NOW)
    assert keys.matches(command, "sign-in", NOW)
    assert not keys.matches(command, "sign-out", NOW)
    assert keys.matches(command, "sign-out", after(NOW, KEY_LIFETIME))


def test_a_token_says_who_until_it_ends_and_only_with_our_key() -> None:
    token, ends = Tokens(KEY).issue(ACME, "aoki", NOW)
    assert ends == after(NOW, LIFETIME)
    claim = Tokens(KEY).read(token, after(NOW, LIFETIME - 1))
    assert claim is not None
    assert (claim.tenant, claim.login, claim.ends) == (ACME, "aoki", ends)
    assert Tokens(KEY).read(token, ends) is None
    assert Tokens("x" * 43).read(token, NOW) is None


@pytest.mark.parametrize("token", ["", "a.b.c", "x", "eyJhbGciOiJub25lIn0.eyJ0ZW4iOiJhIn0.", "é", "." * 100])
def test_what_is_no_token_is_nobody(token: str) -> None:
    assert Tokens(KEY).read(token, NOW) is None


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        (None, None),
        ("bytes=0-0", Span(0, 0)),
        ("bytes=5-", Span(5, 99)),
        ("bytes=-3", Span(97, 99)),
        ("bytes=-300", Span(0, 99)),
        ("bytes=90-500", Span(90, 99)),
        ("bytes=9-3", None),
        ("bytes=0-1,5-6", None),
        ("bytes=-", None),
        ("items=0-1", None),
        ("bytes=a-b", None),
    ],
)
def test_a_range_is_what_the_rfc_says(header: str | None, wanted: Span | None) -> None:
    assert span(header, 100) == wanted


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_a_range_behind_the_end_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        span(header, 100)


@given(st.text(alphabet="bytes=0123456789-, ", max_size=20), st.integers(0, 1000))
def test_no_range_leads_outside_the_file(header: str, size: int) -> None:
    try:
        part = span(header, size)
    except Unsatisfiable:
        return
    assert part is None or 0 <= part.first <= part.last < size
