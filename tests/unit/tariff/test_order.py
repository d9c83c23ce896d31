"""Contracts that may not be held as they stand, each with its clause."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kernel.refusal import Code, Refused
from tariff.rights.contract import Contract, Item, Particulars
from tariff.rights.order import check
from tariff.written.rows import Scope
from tests.unit.tariff.tables import BEGAN, CATALOGUE, FREEDIAL, MIITEL, SMACOM, contract


def only(wanted: Contract) -> Refused:
    (flaw,) = check(CATALOGUE, wanted)
    return flaw


@pytest.mark.parametrize("wanted", [SMACOM, MIITEL, FREEDIAL, contract("own-use", OWN_USE=1, OWN_SEAT=2)])
def test_the_demos_contracts_may_be_held(wanted: Contract) -> None:
    assert check(CATALOGUE, wanted) == ()


@pytest.mark.parametrize("recordings", [2, 4])
def test_smacom_t1_2_recording_is_for_as_many_as_the_licences(recordings: int) -> None:
    flaw = only(contract("connect-smacom", CSM_F02=3, CSM_F12=recordings))
    assert (flaw.code, flaw.clause, flaw.used, flaw.limit) == (Code.QUANTITY_MUST_EQUAL, "T1-2", recordings, 3)
    assert dict(flaw.params) == {"row": "CSM-F12", "others": "CSM-F01 + CSM-F02 + CSM-F03"}


def test_smacom_t1_2_the_licences_are_counted_over_their_kinds() -> None:
    assert check(CATALOGUE, contract("connect-smacom", CSM_F01=2, CSM_F02=3, CSM_F12=5)) == ()


def test_smacom_t1_2_recording_without_any_licence() -> None:
    flaw = only(contract("connect-smacom", CSM_F12=3))
    assert (flaw.code, flaw.used, flaw.limit) == (Code.QUANTITY_MUST_EQUAL, 3, 0)


@pytest.mark.parametrize("queueing", [4, 6])
def test_miitel_pl_cc_queueing_is_for_every_full_function_id(queueing: int) -> None:
    flaw = only(contract("connect-miitel", MT_F01=5, MT_F03=1, MT_F07=queueing))
    assert (flaw.code, flaw.clause, flaw.used, flaw.limit) == (Code.QUANTITY_MUST_EQUAL, "PL-CC", queueing, 5)


def test_miitel_pl_base_at_least_one_number_of_any_kind() -> None:
    flaw = only(contract("connect-miitel", MT_F01=5))
    assert (flaw.code, flaw.clause, dict(flaw.params)["needed"]) == (Code.NEEDS, "PL-base", "MT-F03 / MT-F04")
    for number in ({"MT_F03": 1}, {"MT_F04": 1}):
        assert check(CATALOGUE, contract("connect-miitel", MT_F01=5, **number)) == ()


def test_miitel_pl_store_above_the_highest_tier_an_estimate_comes_first() -> None:
    flaw = only(contract("connect-miitel", MT_F12_1Y=10001))
    assert (flaw.code, flaw.used, flaw.limit) == (Code.ESTIMATE_REQUIRED, 10001, 10000)


def test_freedial_r_1_a_number_is_of_one_kind() -> None:
    flaws = check(CATALOGUE, replace(FREEDIAL, items=(*FREEDIAL.items, Item("FD-04"))))
    assert {(flaw.code, flaw.clause) for flaw in flaws} == {(Code.EXCLUDED_BY, "FD-r.1")}


def test_freedial_2_2_1_a_contract_is_for_a_number() -> None:
    assert only(replace(FREEDIAL, items=(Item("FD-01", of="+81120123456"),), of="")).code is Code.NEEDS
    assert Code.NEEDS in {flaw.code for flaw in check(CATALOGUE, replace(FREEDIAL, scope=Scope.TENANT))}


@pytest.mark.parametrize("row", ["CSM-F99", "CSM-M2", "CSM-F04", "MT-F01"])
def test_only_what_the_tariff_sells_can_be_ordered(row: str) -> None:
    flaw = only(replace(SMACOM, items=(*SMACOM.items, Item(row))))
    assert (flaw.code, flaw.params) == (Code.NOT_IN_TARIFF, (("row", row),))


def test_an_unknown_tariff_and_dates_outside_its_tables() -> None:
    assert only(replace(SMACOM, tariff="connect-smacon")).code is Code.NOT_IN_TARIFF
    assert only(replace(SMACOM, tariff="connect-smacom@2019-01-01")).code is Code.NOT_IN_TARIFF
    assert only(replace(SMACOM, begins=datetime(2025, 3, 31, 14, tzinfo=UTC))).code is Code.DATE_OUTSIDE
    assert only(replace(SMACOM, ends=BEGAN)).code is Code.DATE_OUTSIDE


def test_quantities_that_cannot_be() -> None:
    assert only(contract("own-use", OWN_USE=2)).code is Code.QUANTITY_ABOVE
    assert only(contract("own-use", OWN_USE=1, OWN_SEAT=-1)).code is Code.QUANTITY_BELOW
    assert only(contract("own-use")).code is Code.QUANTITY_BELOW
    twice = replace(SMACOM, items=(Item("CSM-F02", 1), Item("CSM-F02", 2)))
    assert only(twice).code is Code.CONTRADICTORY


def stepped(step: int | str, dr: int | str) -> Contract:
    rows = {"ACC_F01": 300, "ACC_F09": 300, "ACC_F10": step, "ACC_F11": dr}
    return replace(contract("arcstar-contact-center", **rows), particulars=Particulars(type="ACC-T2"))


def test_arcstar_annex_6_1_the_steps_of_a_first_order_are_the_tables_own() -> None:
    assert check(CATALOGUE, stepped("400-1000", "400-1000")) == ()
    flaw = only(stepped("400-1000", "400-2000"))
    assert (flaw.code, flaw.clause, dict(flaw.params)["row"]) == (Code.QUANTITY_MUST_EQUAL, "Annex-6(1)", "ACC-F11")
    assert {no.code for no in check(CATALOGUE, stepped("400-3000", "400-3000"))} == {Code.NOT_IN_TARIFF}


def test_arcstar_annex_7_days_that_are_no_tier_are_not_in_the_tariff_however_many() -> None:
    for days in (200, 3000):
        wanted = contract("arcstar-contact-center", ACC_F01=200, ACC_F05=200, ACC_F12=days)
        flaw = only(replace(wanted, particulars=Particulars(type="ACC-T2")))
        assert (flaw.code, dict(flaw.params)["row"]) == (Code.NOT_IN_TARIFF, "ACC-F12")
