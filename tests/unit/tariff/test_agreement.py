"""A contract of the platform and its orders: what it is at a moment, suspended or not, and when that changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from kernel.refusal import Refused
from tariff.holding.history import Do, History, Order, State
from tariff.rights import agreement
from tariff.rights.agreement import Agreement
from tariff.rights.contract import Item, Particulars
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


OLD = datetime(2022, 3, 1, tzinfo=UTC)
NEW_TABLE = datetime(2022, 11, 30, 15, tzinfo=UTC)


def test_freedial_supplement_2_what_a_later_table_withdrew_goes_on_giving_to_who_had_it() -> None:
    number = contract("freedial-navidial", begins=OLD, FD_01=1, FD_12=3)
    for orders in ((), (Order(NEW_TABLE + timedelta(days=40), Do.CHANGE, {"FD-13": 1}),)):
        given = agreement.entitled(CATALOGUE, [Agreement(number, orders)], NEW_TABLE + timedelta(days=50)).list()
        assert {one.row: one.limit for one in given}["FD-12"] == 3
    fresh = replace(number, begins=NEW_TABLE)
    assert "FD-12" not in {one.row for one in agreement.entitled(CATALOGUE, [Agreement(fresh)], MORE.at).list()}


def test_arcstar_art_6_an_order_that_changes_the_access_changes_what_comes_with_it() -> None:
    seats = replace(
        contract("arcstar-contact-center", begins=BEGAN, ACC_F01=200), particulars=Particulars(type="ACC-T2")
    )
    moved = Agreement(seats, (Order(MORE.at, Do.CHANGE, facts={"access": "fic"}),))
    for later, row in ((-1, "ACC-F18"), (1, "ACC-F19")):
        given = agreement.entitled(CATALOGUE, [moved], MORE.at + timedelta(days=later)).list()
        assert {one.row for one in given} & {"ACC-F18", "ACC-F19"} == {row}


def test_arcstar_annex_5_1_a_step_that_was_ordered_stays_a_step() -> None:
    seats = replace(
        contract("arcstar-contact-center", begins=BEGAN, ACC_F01=300), particulars=Particulars(type="ACC-T2")
    )
    ordered = Agreement(seats, (Order(MORE.at, Do.CHANGE, {"ACC-F10": "400-1000"}),))
    held = agreement.at(CATALOGUE, ordered, MORE.at)
    assert held is not None
    assert {item.row: item.quantity for item in held.items} == {"ACC-F01": 300, "ACC-F10": "400-1000"}
