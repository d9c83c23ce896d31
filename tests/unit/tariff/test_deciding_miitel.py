"""Orders under Connect × MiiTel, by block of its price list."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kernel.refusal import Code
from tariff.holding.history import Accepted
from tests.unit.tariff.orders import Bought, code, no

YES = Accepted()
EXCESS = Accepted(("excess_billed",))


def miitel(rows: dict[str, int], **said: object) -> Bought:
    return Bought("connect-miitel", "2025-07-01", {"MT-F01": 16, "MT-F04": 1, **rows}, **said)  # type: ignore[arg-type]


def test_pl_base_at_least_one_number_of_any_kind() -> None:
    assert no(Bought("connect-miitel", "2025-07-01", {"MT-F01": 16}).first)[:3] == ("needs", "PL-base", "MT-F03")
    centre = miitel({})
    assert centre.first == YES
    assert code(centre.change("2025-08-01", {"MT-F04": 0})) is Code.NEEDS
    assert centre.change("2025-08-01", {"MT-F04": 0, "MT-F03": 1}) == YES


@pytest.mark.parametrize("row", ["MT-F07", "MT-F08"])
def test_pl_cc_queueing_and_predictive_calls_equal_the_full_function_ids(row: str) -> None:
    assert no(miitel({row: 15}).first) == ("quantity_must_equal", "PL-CC", row, 15, 16)
    centre = miitel({row: 16})
    assert no(centre.change("2025-08-01", {"MT-F01": 17})) == ("quantity_must_equal", "PL-CC", row, 16, 17)
    assert centre.change("2025-08-01", {"MT-F01": 17, row: 17}) == YES


def test_pl_cc_from_100_users_on_predictive_calls_are_estimated() -> None:
    rows = {"MT-F01": 99, "MT-F04": 1, "MT-F08": 99}
    centre = Bought("connect-miitel", "2025-07-01", rows)
    assert centre.first == YES
    refused = centre.change("2025-08-01", {"MT-F01": 100, "MT-F08": 100})
    assert no(refused) == ("estimate_required", "PL-CC", "MT-F08", 100, 99)


def test_pl_cc_places_of_all_numbers_are_contracted() -> None:
    centre = miitel({"MT-F06": 5})
    assert centre.change("2025-08-01", settings={"MT-F06": {"places": {"A": 3, "B": 2}}}) == YES
    beyond = centre.change("2025-08-02", settings={"MT-F06": {"places": {"A": 3, "B": 3}}})
    assert no(beyond) == ("limit_exceeded", "PL-CC", "MT-F06", 6, 5)
    assert no(centre.change("2025-08-02", {"MT-F06": 4})) == ("limit_exceeded", "PL-CC", "MT-F06", 5, 4)
    assert no(centre.change("2025-08-02", {"MT-F06": 0})) == ("limit_exceeded", "PL-CC", "MT-F06", 5, 0)
    both = centre.change("2025-08-02", {"MT-F06": 2}, settings={"MT-F06": {"places": {"A": 2}}})
    assert both == YES
    assert no(miitel({}, settings={"MT-F06": {"places": {"A": 1}}}).first)[3:] == (1, 0)


def test_pl_cc_nobody_has_fewer_places_than_none_nor_a_part_of_one() -> None:
    taken = miitel({"MT-F06": 2}, settings={"MT-F06": {"places": {"A": -1, "B": 3}}}).first
    assert no(taken) == ("limit_exceeded", "PL-CC", "MT-F06", -1, 0)
    part = miitel({"MT-F06": 2}, settings={"MT-F06": {"places": {"A": 1, "B": Decimal("1.5")}}}).first
    assert no(part) == ("limit_exceeded", "PL-CC", "MT-F06", "1.5", 2)


def test_pl_cc_more_ivr_than_contracted_is_billed_not_refused() -> None:
    centre = miitel({"MT-F11": 3}, uses=[("2025-08-01", "MT-F11", 5)])
    assert centre.first == YES
    assert centre.change("2025-08-02", {"MT-F11": 4}) == EXCESS
    assert centre.change("2025-08-03", {"MT-F11": 5}) == YES


def test_pl_store_hours_are_raised_to_the_next_tier() -> None:
    centre = miitel({"MT-F12-1Y": 1800})
    assert centre.limits("2025-07-01")["MT-F12-1Y"] == 2000
    assert centre.change("2025-08-01", {"MT-F12-1Y": 0, "MT-F12-2Y": 10000}) == YES
    assert centre.limits("2025-08-01")["MT-F12-2Y"] == 10000
    beyond = centre.change("2025-09-01", {"MT-F12-2Y": 10001})
    assert no(beyond) == ("estimate_required", "PL-store", "MT-F12-2Y", 10001, 10000)


def test_pl_base_mobile_use_is_on_top_of_a_full_function_id() -> None:
    assert no(miitel({"MT-F05": 17}).first) == ("quantity_above", "PL-base", "MT-F05", 17, 16)
    assert miitel({"MT-F05": 16}).first == YES


def test_ids_given_to_persons_are_not_taken_away() -> None:
    centre = miitel({}, uses=[("2025-07-01", "MT-F01", 16)])
    assert no(centre.change("2025-08-01", {"MT-F01": 15})) == ("seats_in_use", "PL-base", "MT-F01", 16, 15)
