"""Call records become calls of a tariff by the kinds of both numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kernel.ids import CallId
from kernel.usage import LineKind
from reports.rated_calls import Talk, calls, rates_calls
from tariff.written.rows import Scope, Table
from tests.unit.tariff.tables import CATALOGUE, NOW, contract

MIITEL = contract("connect-miitel", MT_F01=5)


def table_of(name: str) -> Table:
    found = CATALOGUE.table(name, NOW)
    assert found is not None
    return found


MIITEL_TABLE, FREEDIAL_TABLE = table_of("connect-miitel"), table_of("freedial-navidial")
TALK = Talk(CallId("c"), datetime(2025, 11, 10, tzinfo=UTC), "inbound", "+81120123456", "+819012345678", True, 130.0)


@pytest.mark.parametrize(
    ("talk", "other", "assumed"),
    [
        (replace(TALK, other="", kind=LineKind.MOBILE), "mobile", False),
        (replace(TALK, other="", kind=LineKind.UNKNOWN), "fixed", True),
        (replace(TALK, other=""), "fixed", True),
        (TALK, "mobile", False),
    ],
)
def test_the_kind_that_was_kept_outlives_the_number_and_what_is_only_assumed_says_so(
    talk: Talk, other: str, assumed: bool
) -> None:
    ((rated, call),) = calls(MIITEL, MIITEL_TABLE, [talk])
    assert (call.other, rated.assumed) == (other, assumed)


def test_a_toll_free_number_is_a_freedial_one_where_the_contractor_pays_for_its_callers() -> None:
    ((_, call),) = calls(contract("freedial-navidial", FD_01=1), FREEDIAL_TABLE, [TALK])
    assert call.number == "freedial"


def test_a_call_to_a_toll_free_number_from_a_mobile_telephone() -> None:
    ((talk, call),) = calls(MIITEL, MIITEL_TABLE, [TALK])
    assert talk is TALK
    assert (call.direction, call.number, call.other) == ("in", "0120", "mobile")
    assert (call.seconds, call.ended) == (Decimal("130.0"), "answered")


@pytest.mark.parametrize(
    ("other", "kind"),
    [("+81312345678", "fixed"), ("+815012345678", "ip_phone"), ("+14155552671", "international"), ("", "fixed")],
)
def test_the_other_party_is_of_a_kind_and_who_was_erased_costs_least(other: str, kind: str) -> None:
    ((_, call),) = calls(MIITEL, MIITEL_TABLE, [replace(TALK, other=other)])
    assert call.other == kind


def test_a_call_that_nobody_took_is_unanswered_and_an_internal_one_is_none() -> None:
    ((_, call),) = calls(MIITEL, MIITEL_TABLE, [replace(TALK, answered=False)])
    assert call.ended == "unanswered"
    assert list(calls(MIITEL, MIITEL_TABLE, [replace(TALK, direction="internal")])) == []


def test_a_number_of_a_kind_that_no_tariff_prices_is_left_out() -> None:
    assert list(calls(MIITEL, MIITEL_TABLE, [replace(TALK, number="+81312345678")])) == []


def test_the_contract_of_one_number_has_only_its_calls() -> None:
    of_number = replace(MIITEL, scope=Scope.NUMBER, of="+81120999999")
    assert list(calls(of_number, MIITEL_TABLE, [TALK])) == []
    assert len(list(calls(replace(of_number, of=TALK.number), MIITEL_TABLE, [TALK]))) == 1


def test_a_table_without_prices_for_calls_needs_none() -> None:
    assert [rates_calls(one) for one in (table_of("connect-smacom"), MIITEL_TABLE, FREEDIAL_TABLE)] == [
        False,
        True,
        True,
    ]
