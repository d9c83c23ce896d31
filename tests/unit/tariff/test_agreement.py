"""A contract of the platform and its orders: what it is at a moment, suspended or not, and when that changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.refusal import Refused
from tariff import agreement
from tariff.agreement import Agreement
from tariff.contract import Item
from tariff.history import Do, History, Order, State
from tests.unit.tariff.tables import CATALOGUE, contract

BEGAN = datetime(2025, 9, 11, 15, tzinfo=UTC)
VOICE = contract("connect-smacom", begins=BEGAN, CSM_F03=7, CSM_F13=7)
MORE = Order(datetime(2025, 11, 5, tzinfo=UTC), Do.CHANGE, {"CSM-F03": 9, "CSM-F13": 9})
STOP = Order(datetime(2026, 1, 10, tzinfo=UTC), Do.SUSPEND, reason="unpaid", notice=date(2026, 1, 1))
GO = Order(datetime(2026, 2, 10, tzinfo=UTC), Do.RESUME)
ORDERED = Agreement(VOICE, (MORE, STOP, GO))


def seats(of: Agreement, moment: datetime) -> int | None:
    """Seats that the contract alone gives."""
    return agreement.entitled(CATALOGUE, [of], moment).seats


def test_without_orders_the_contract_is_as_it_was_made_even_where_its_tariff_would_refuse_it_today() -> None:
    strange = contract("connect-smacom", begins=BEGAN, CSM_F13=2)
    assert agreement.at(CATALOGUE, Agreement(strange), MORE.at) is strange
    assert isinstance(agreement.history(CATALOGUE, Agreement(strange)), Refused)


def test_an_order_counts_from_its_moment_on() -> None:
    assert [seats(ORDERED, MORE.at + timedelta(seconds=n)) for n in (-1, 0)] == [7, 9]
    held = agreement.at(CATALOGUE, ORDERED, MORE.at)
    assert held is not None
    assert {item.row: item.quantity for item in held.items} == {"CSM-F03": 9, "CSM-F13": 9}


def test_what_was_bought_for_a_number_stays_with_it_as_long_as_its_amount_does() -> None:
    items = (Item("CSM-F03", 7), Item("CSM-F13", 7, "recorder"))
    of = Agreement(replace(VOICE, items=items), (replace(MORE, rows={"CSM-F03": 7, "CSM-F13": 7}),))
    held = agreement.at(CATALOGUE, of, MORE.at)
    assert held is not None
    assert set(held.items) == set(items)


def test_while_it_is_suspended_nothing_is_given_and_the_clause_is_told() -> None:
    during = STOP.at + timedelta(days=1)
    stopped = agreement.entitled(CATALOGUE, [ORDERED], during)
    assert (stopped.seats, bool(stopped.suspended)) == (0, True)
    assert agreement.state(CATALOGUE, ORDERED, during) is State.SUSPENDED
    assert agreement.at(CATALOGUE, ORDERED, during) is None
    assert agreement.entitled(CATALOGUE, [ORDERED], GO.at).suspended == ""


def test_who_has_seats_by_another_contract_may_work_on() -> None:
    other = Agreement(contract("connect-smacom", id="other", begins=BEGAN, CSM_F02=2))
    both = agreement.entitled(CATALOGUE, [ORDERED, other], STOP.at)
    assert (both.seats, both.suspended) == (2, "")


@pytest.mark.parametrize(("before", "change"), [(MORE, MORE.at), (STOP, STOP.at), (GO, GO.at)])
def test_when_it_changes_is_known_beforehand(before: Order, change: datetime) -> None:
    early = before.at - timedelta(days=1)
    assert agreement.entitled(CATALOGUE, [ORDERED], early).changes_at == change


def test_the_end_in_the_contract_itself_ends_its_history() -> None:
    of = Agreement(replace(VOICE, ends=datetime(2025, 11, 30, 15, tzinfo=UTC)))
    assert isinstance(agreement.history(CATALOGUE, of), History)
    assert agreement.state(CATALOGUE, of, datetime(2025, 11, 30, 14, tzinfo=UTC)) is State.ACTIVE
    assert agreement.state(CATALOGUE, of, datetime(2025, 11, 30, 15, tzinfo=UTC)) is State.ENDED
