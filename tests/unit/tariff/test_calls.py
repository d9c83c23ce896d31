"""What a call costs, and who pays which part of it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tariff.counting.records import Call
from tariff.holding.history import History
from tariff.money import calls
from tariff.money.bills import RatedCall
from tests.unit.tariff.histories import moment, started
from tests.unit.tariff.tables import CATALOGUE

AT = moment("2025-08-04T14:00")
MIITEL = started("connect-miitel", "2025-07-01", {"MT-F01": 16, "MT-F03": 1, "MT-F04": 1})
NAVI = {"ND-01": 1}


def navi(*rows: str) -> History:
    return started("freedial-navidial", "2025-07-01", {**NAVI, **dict.fromkeys(rows, 1)})


def rated(history: History, call: Call) -> RatedCall:
    return calls.rate(CATALOGUE, history, call)


def test_example_3_of_the_door() -> None:
    found = rated(MIITEL, Call(AT, "in", "0120", "mobile", Decimal(130)))
    assert (found.row, found.units, str(found.charge)) == ("MT-C7", 3, "60.0")


@pytest.mark.parametrize(
    ("direction", "number", "other", "seconds", "row", "units", "charge"),
    [
        ("out", "050", "fixed", 180, "MT-C2", 1, "8.49"),
        ("out", "050", "fixed", 181, "MT-C2", 2, "16.98"),
        ("out", "0120", "fixed", 1, "MT-C2", 1, "8.49"),
        ("out", "050", "mobile", 60, "MT-C3", 1, "16.9"),
        ("out", "050", "phs", 61, "MT-C3", 2, "33.8"),
        ("out", "050", "ip_phone", 6000, "MT-C4", 1, "0"),
        ("out", "050", "own_050", 6000, "MT-C4", 1, "0"),
        ("in", "0120", "fixed", 0, "MT-C6", 1, "7.0"),
        ("in", "0120", "phs", 60, "MT-C7", 1, "20.0"),
        ("in", "0120", "ip_phone", 121, "MT-C8", 3, "21.0"),
    ],
)
def test_pl_050_and_pl_tf_started_units_count_in_full(
    direction: str, number: str, other: str, seconds: int, row: str, units: int, charge: str
) -> None:
    found = rated(MIITEL, Call(AT, direction, number, other, Decimal(seconds)))
    assert (found.row, found.units, found.charge) == (row, units, Decimal(charge))


def test_equal_calls_are_rated_together_and_not_rounded() -> None:
    found = rated(MIITEL, Call(AT, "out", "050", "fixed", Decimal("180.5"), times=7))
    assert (found.units, found.charge) == (14, Decimal("118.86"))


@pytest.mark.parametrize("other", ["international", "0570", "satellite", "public_phone"])
def test_a_destination_without_a_rate_cannot_be_called(other: str) -> None:
    assert not rated(MIITEL, Call(AT, "out", "050", other, Decimal(60))).callable


def test_a_call_to_a_050_number_costs_its_contractor_nothing() -> None:
    found = rated(MIITEL, Call(AT, "in", "050", "mobile", Decimal(60)))
    assert (found.callable, found.charge) == (True, 0)


def test_an_unanswered_call_costs_nothing() -> None:
    found = rated(MIITEL, Call(AT, "out", "050", "mobile", ended="unanswered"))
    assert (found.row, found.units, found.charge) == ("MT-C3", 0, 0)


def test_a_tariff_without_call_charges_rates_none() -> None:
    history = started("connect-smacom", "2025-07-01", {"CSM-F01": 1})
    assert not rated(history, Call(AT, "out", "050", "fixed", Decimal(60))).callable


def test_a_price_of_the_contract_holds_from_its_day() -> None:
    history = started(
        "connect-miitel", "2025-07-01", {"MT-F01": 11, "MT-F03": 1}, prices={"MT-C2": [("2025-08-04", "7.5")]}
    )
    before = rated(history, Call(moment("2025-08-03T23:59"), "out", "050", "fixed", Decimal(60)))
    after = rated(history, Call(AT, "out", "050", "fixed", Decimal(60)))
    assert (before.charge, after.charge) == (Decimal("8.49"), Decimal("7.5"))


def shared(history: History, other: str = "fixed", rerouted: str = "no", **given: str) -> tuple[int, int]:
    charge, reference = Decimal(given.get("charge", "90")), Decimal(given.get("reference", "20"))
    call = Call(AT, "in", "navidial", other, charge=charge, reference=reference, rerouted=rerouted, times=2)
    found = rated(history, call)
    assert found.charge == charge * 2
    assert found.caller is not None
    assert found.contractor is not None
    assert found.caller + found.contractor == found.charge
    return int(found.caller), int(found.contractor)


def test_a_navidial_call_is_paid_by_the_caller() -> None:
    assert shared(navi()) == (180, 0)


@pytest.mark.parametrize(
    ("other", "split"),
    [
        ("fixed", (40, 140)),
        ("mobile", (40, 140)),
        ("phs", (180, 0)),
        ("ip_phone", (180, 0)),
        ("public_phone", (180, 0)),
        ("coin_line", (180, 0)),
    ],
)
def test_nd_r_39_rate_designation_leaves_excluded_origins_as_they_were(other: str, split: tuple[int, int]) -> None:
    assert shared(navi("ND-02"), other) == split


def test_nd_r_8_the_caller_never_pays_more_than_the_call_costs() -> None:
    assert shared(navi("ND-02"), reference="120") == (180, 0)


@pytest.mark.parametrize(
    ("other", "rerouted", "split"),
    [
        ("fixed", "no", (180, 0)),
        ("fixed", "reception_change", (40, 140)),
        ("fixed", "busy_detour", (40, 140)),
        ("fixed", "wide_area", (180, 0)),
        ("mobile", "busy_detour", (180, 0)),
        ("car_satellite", "busy_detour", (180, 0)),
    ],
)
def test_nd_r_18_detour_difference_bearing(other: str, rerouted: str, split: tuple[int, int]) -> None:
    assert shared(navi("ND-03", "ND-13"), other, rerouted) == split


@pytest.mark.parametrize(
    ("rerouted", "split"), [("no", (180, 0)), ("reception_change", (0, 180)), ("busy_detour", (0, 180))]
)
def test_nd_04_on_a_rerouted_call_the_contractor_pays_all(rerouted: str, split: tuple[int, int]) -> None:
    assert shared(navi("ND-04", "ND-13"), "mobile", rerouted) == split


def test_fd_01_the_contractor_pays_for_freedial_calls() -> None:
    history = started("freedial-navidial", "2025-07-01", {"FD-01": 1})
    found = rated(history, Call(AT, "in", "freedial", "fixed", charge=Decimal("8.5"), times=3))
    assert (found.caller, found.contractor) == (0, Decimal("25.5"))


def test_fd_r_31_a_call_answered_by_the_refusal_is_free() -> None:
    history = started("freedial-navidial", "2022-07-01", {"FD-01": 1, "FD-11": 1})
    call = Call(moment("2022-08-04"), "in", "freedial", "fixed", Decimal(9), "refusal_announcement", 1, Decimal(8))
    found = rated(history, call)
    assert (found.callable, found.charge, found.caller, found.contractor) == (True, 0, 0, 0)
