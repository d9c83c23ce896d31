"""Call records become calls of a tariff by the kinds of both numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kernel.ids import CallId
from reports.rated_calls import Talk, calls, rates_calls
from tariff.rows import Scope
from tests.unit.tariff.tables import CATALOGUE, NOW, contract

MIITEL = contract("connect-miitel", MT_F01=5)
TALK = Talk(CallId("c"), datetime(2025, 11, 10, tzinfo=UTC), "inbound", "+81120123456", "+819012345678", True, 130.0)


def test_a_call_to_a_toll_free_number_from_a_mobile_telephone() -> None:
    ((talk, call),) = calls(MIITEL, [TALK])
    assert talk is TALK
    assert (call.direction, call.number, call.other) == ("in", "0120", "mobile")
    assert (call.seconds, call.ended) == (Decimal("130.0"), "answered")


@pytest.mark.parametrize(
    ("other", "kind"),
    [("+81312345678", "fixed"), ("+815012345678", "ip_phone"), ("+14155552671", "international"), ("", "fixed")],
)
def test_the_other_party_is_of_a_kind_and_who_was_erased_costs_least(other: str, kind: str) -> None:
    ((_, call),) = calls(MIITEL, [replace(TALK, other=other)])
    assert call.other == kind


def test_a_call_that_nobody_took_is_unanswered_and_an_internal_one_is_none() -> None:
    ((_, call),) = calls(MIITEL, [replace(TALK, answered=False)])
    assert call.ended == "unanswered"
    assert list(calls(MIITEL, [replace(TALK, direction="internal")])) == []


def test_a_number_of_a_kind_that_no_tariff_prices_is_left_out() -> None:
    assert list(calls(MIITEL, [replace(TALK, number="+81312345678")])) == []


def test_the_contract_of_one_number_has_only_its_calls() -> None:
    of_number = replace(MIITEL, scope=Scope.NUMBER, of="+81120999999")
    assert list(calls(of_number, [TALK])) == []
    assert len(list(calls(replace(of_number, of=TALK.number), [TALK]))) == 1


def test_a_table_without_prices_for_calls_needs_none() -> None:
    smacom, miitel = (CATALOGUE.table(name, NOW) for name in ("connect-smacom", "connect-miitel"))
    assert smacom is not None
    assert miitel is not None
    assert (rates_calls(smacom), rates_calls(miitel)) == (False, True)
