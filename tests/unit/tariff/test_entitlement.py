"""What contracts allow at a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from kernel.ids import ContractId, LineId
from tariff.rights.contract import Contract, Item, Particulars
from tariff.rights.entitlement import Count, Entitled, Pool, Retention, entitled
from tests.unit.tariff.tables import BEGAN, CATALOGUE, FREEDIAL, MIITEL, NOW, SMACOM, contract

OWN = contract("own-use", id="own", OWN_USE=1)


def of(*contracts: Contract, at: datetime = NOW) -> Entitled:
    return entitled(CATALOGUE, contracts, at)


def test_smacom_t1_1_three_advance_are_three_seats_at_the_same_time() -> None:
    given = of(SMACOM)
    assert given.seat_pools == (Pool("advance", 3, "T1-1"),)
    assert given.named("advance") is None
    assert (given.places, given.ivr) == (None, None)


def test_smacom_t1_1_advance_has_what_basic_has_and_the_watching_of_others() -> None:
    basic = of(contract("connect-smacom", CSM_F01=1))
    more = {"watching", "analysis", "monitoring"}
    for kind in ("queue", "acd", "ivr_rule", "dashboard"):
        assert basic.may(kind)
        assert of(SMACOM).may(kind)
    assert {kind for kind in more if of(SMACOM).may(kind)} == more
    assert not any(basic.may(kind) for kind in more)


def test_smacom_t1_2_recording_is_a_right_of_its_own_and_kept_three_months() -> None:
    assert of(SMACOM).recording == Retention(3, "T1-2")
    assert of(contract("connect-smacom", CSM_F02=3)).recording is None


def test_smacom_t1_3_outside_and_inside_calls_come_with_the_business_phone() -> None:
    assert not of(SMACOM).may("outside_calls")
    phones = of(contract("connect-smacom", CSM_F14=2))
    assert phones.may("outside_calls")
    assert phones.may("inside_calls")
    assert phones.seat_pools == (Pool("business_phone", 2, "T1-3"),)


def test_smacom_t1_1_kinds_of_licence_are_pools_of_their_own() -> None:
    mixed = of(contract("connect-smacom", CSM_F01=2, CSM_F02=3))
    assert mixed.seat_pools == (Pool("basic", 2, "T1-1"), Pool("advance", 3, "T1-1"))


def test_miitel_pl_base_ids_are_for_named_persons() -> None:
    given = of(MIITEL)
    assert given.named("full") == Count(5, "PL-base", ContractId("miitel"))
    assert given.named("view_only") == Count(0, "PL-base", ContractId(""))
    assert given.named("advance") is None
    assert given.seat_pools == (Pool("full", 5, "PL-base"),)


def test_miitel_pl_cc_waiting_places_and_rules_with_ivr_are_counted() -> None:
    given = of(MIITEL, FREEDIAL)
    assert given.places == Count(2, "PL-CC", ContractId("miitel"))
    assert given.ivr == Count(1, "PL-CC", ContractId("miitel"))
    without = of(contract("connect-miitel", MT_F01=5, MT_F03=1))
    assert without.places == Count(0, "PL-CC", ContractId(""))
    assert without.may("queue") is False


def test_miitel_pl_store_a_year_of_storage() -> None:
    assert of(MIITEL).recording == Retention(12, "PL-store")


def test_freedial_2_2_1_is_for_its_number() -> None:
    (basic,) = [one for one in of(MIITEL, FREEDIAL).list() if one.kind == "free_dial"]
    assert (basic.of, basic.limit, basic.clause, basic.contract) == ("+81120123456", 1, "2-2(1)", "freedial")


def test_the_longest_time_of_keeping_counts() -> None:
    assert of(SMACOM, MIITEL).recording == Retention(12, "PL-store")
    assert of(SMACOM, OWN).recording == Retention(None, "own use")


def test_the_same_kind_of_several_contracts_adds_up() -> None:
    second = replace(SMACOM, id=ContractId("second"))
    assert of(SMACOM, second).seat_pools == (Pool("advance", 6, "T1-1"),)


def test_without_a_contract_nothing_may_be_done() -> None:
    for nothing in (of(), of(FREEDIAL), of(SMACOM, at=BEGAN - timedelta(seconds=1))):
        assert nothing.seat_pools == (Pool("", 0, "no contract"),)
        assert nothing.recording is None
        assert not nothing.may("queue")
    assert of().list() == ()


def test_own_use_limits_only_what_it_counts() -> None:
    free = of(OWN)
    assert (free.seat_pools, free.places, free.ivr, free.channels(LineId("l"))) == ((), None, None, None)
    assert free.recording == Retention(None, "own use")
    counted = replace(
        OWN,
        items=(*OWN.items, Item("OWN-SEAT", 2), Item("OWN-PLACE", 4), Item("OWN-CHANNEL", 8, of="l")),
        clause="house contract: 2 seats",
    )
    limited = of(counted)
    assert limited.seat_pools == (Pool("seat", 2, "house contract: 2 seats"),)
    assert limited.places == Count(4, "house contract: 2 seats", ContractId("own"))
    assert limited.channels(LineId("l")) == Count(8, "house contract: 2 seats", ContractId("own"))
    assert limited.channels(LineId("m")) is None


def test_a_contract_is_in_force_from_its_begin_to_before_its_end() -> None:
    ends = NOW + timedelta(days=1)
    ending = replace(SMACOM, ends=ends)
    assert of(ending).changes_at == ends
    assert of(ending, at=ends - timedelta(microseconds=1)).may("queue")
    assert not of(ending, at=ends).may("queue")
    assert of(ending, at=ends).changes_at is None
    assert of(SMACOM).changes_at is None


def test_what_comes_next_is_the_earliest_of_all_contracts() -> None:
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(days=9)
    coming = replace(MIITEL, begins=soon)
    ending = replace(SMACOM, ends=later)
    assert of(coming, ending).changes_at == soon
    assert of(coming, ending, at=soon).changes_at == later
    before = datetime(2022, 1, 1, tzinfo=UTC)
    assert of(FREEDIAL, at=before).changes_at == datetime(2022, 11, 30, 15, tzinfo=UTC)


def test_a_contract_dies_with_its_host() -> None:
    host = replace(contract("own-use", id="voice", OWN_USE=1), ends=NOW)
    guest = replace(SMACOM, host=host.id)
    assert of(guest, host, at=NOW - timedelta(seconds=1)).recording == Retention(None, "own use")
    assert of(guest, host).list() == ()
    assert of(guest).list() == ()
    assert of(guest, host, at=NOW - timedelta(seconds=1)).changes_at == NOW
    circle = replace(host, host=guest.id, ends=None)
    assert of(guest, circle).list() == ()


@pytest.mark.parametrize("row", ["CSM-F98", "MT-F01"])
def test_a_row_that_the_table_in_force_does_not_have_gives_nothing(row: str) -> None:
    assert of(replace(SMACOM, items=(Item(row, 5),))).list() == ()


@given(some.lists(some.integers(1, 50), max_size=4), some.integers(-10, 10))
def test_seats_are_the_sum_of_the_contracts_in_force(quantities: list[int], hour: int) -> None:
    contracts = [
        replace(
            contract("connect-smacom", id=f"c{n}", begins=NOW + timedelta(hours=n), CSM_F02=quantity),
            ends=NOW + timedelta(hours=n + 3),
        )
        for n, quantity in enumerate(quantities)
    ]
    moment = NOW + timedelta(hours=hour)
    seats = sum(quantity for n, quantity in enumerate(quantities) if n <= hour < n + 3)
    assert sum(pool.limit for pool in entitled(CATALOGUE, contracts, moment).seat_pools) == seats


PLUS = contract("amics-line-hikari-denwa", id="line", AML_F03=1, AML_F13=1)
SIX = ("caller_number_display", "number_request", "call_waiting", "call_forwarding", "nuisance_block", "call_mail")


@pytest.mark.parametrize(("chosen", "there"), [("six", True), ("none", False)])
def test_amics_x2_2_1_what_comes_with_office_plus_by_a_rule_is_given_unless_it_is_read_otherwise(
    chosen: str, there: bool
) -> None:
    given = of(replace(PLUS, particulars=Particulars(readings={"plus_functions": chosen})))
    assert [given.may(kind) for kind in SIX] == [there] * 6
    assert [one.limit for one in given.list() if one.kind == "caller_number_display"] == [1] * there


@pytest.mark.parametrize(("type_", "access", "given"), [("ACC-T2", "universal_one", "F18"), ("ACC-T3", "fic", "F19")])
def test_arcstar_art_6_the_access_that_comes_with_the_seats_is_the_one_of_the_contract(
    type_: str, access: str, given: str
) -> None:
    seats = contract("arcstar-contact-center", ACC_F01=200)
    of_type = replace(seats, particulars=Particulars(type=type_, facts={"access": access}))
    rows = {one.row for one in of(of_type).list()}
    assert rows & {"ACC-F18", "ACC-F19"} == {f"ACC-{given}"}
    untold = replace(seats, particulars=Particulars(type=type_))
    assert {one.row for one in of(untold).list()} == rows


def test_arcstar_t1_2_2_2_a_tier_is_held_by_its_step() -> None:
    expanded = contract("arcstar-contact-center", ACC_F01=300, ACC_F05=300, ACC_F10="400-1000", ACC_F12="366")
    given = {one.row: one for one in of(expanded).list()}
    assert given["ACC-F10"].limit is None
    assert (given["ACC-F12"].limit, given["ACC-F05"].days) == (366, 366)
