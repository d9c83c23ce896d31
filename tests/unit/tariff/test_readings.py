"""Each reading of a tariff is a setting: its first value holds without it, and each value comes out otherwise."""

from __future__ import annotations

import json
from typing import Any

import pytest

from store.tariffs import quote_schema
from tariff.quote.answering import Door
from tariff.written.terms import Choice
from tests.unit.tariff.tables import CATALOGUE

DOOR = Door(CATALOGUE, quote_schema(), lambda refused: {"en": refused.code})
ACC, CSM, MT = "arcstar-contact-center", "connect-smacom", "connect-miitel"
FD, AML = "freedial-navidial", "amics-line-hikari-denwa"


def case(tariff: str, start: str, rows: dict[str, Any], *orders: dict[str, Any], **more: Any) -> dict[str, Any]:
    contract: dict[str, Any] = {"start": start, "rows": rows}
    for field in ("type", "payment", "facts", "prices"):
        if field in more:
            contract[field] = more.pop(field)
    invoices = {"invoices": more.pop("invoices")} if "invoices" in more else {}
    return {"tariff": tariff, "contract": contract, "orders": list(orders), "ask": invoices, **more}


def change(at: str, rows: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"at": at, "do": "change", **({} if rows is None else {"rows": rows}), **more}


def arcstar(rows: dict[str, Any], *orders: dict[str, Any], plan: str = "ACC-T2", **more: Any) -> dict[str, Any]:
    return case(ACC, "2022-04-01", {"ACC-F01": 200, **rows}, *orders, type=plan, **more)


def smacom(rows: dict[str, Any], *orders: dict[str, Any], **more: Any) -> dict[str, Any]:
    return case(CSM, "2025-05-01", rows, *orders, **more)


def miitel(rows: dict[str, Any], *orders: dict[str, Any], **more: Any) -> dict[str, Any]:
    return case(MT, "2025-05-01", {"MT-F01": 90, "MT-F03": 1, **rows}, *orders, **more)


def amics(rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    rows = {"AML-F03": 1, **rows}
    return case(AML, "2025-05-11", rows, prices=dict.fromkeys(rows, 1000), **more)


OUT = {"outages": [{"known": "2025-07-03", "restored": "2025-07-05", "cause": "operator"}]}
LATE = {"debts": [{"yen": 100000, "due": "2028-02-01"}], "payments": [{"at": "2028-03-31", "yen": 100000}]}
TWO_LINES = {"lines": [{"channels": 150}, {"channels": 150}]}
CALLED = {"at": "2025-06-01", "seconds": 1, "direction": "out", "number": "050", "other": "fixed", "times": 10}
BOTH = {"ACC-F05": 100, "ACC-F06": 100}
DR_TIER = {"ACC-F10": "400-1000", "ACC-F11": "400-1000"}
STANDARD = {"ACC-F05": 200, "ACC-F12": 186}
CASES: dict[tuple[str, str], dict[str, Any]] = {
    (ACC, "plan2_expansion"): arcstar({"ACC-F10": "400-1000"}, plan="ACC-T3"),
    (ACC, "mixed_recording"): arcstar(BOTH),
    (ACC, "expansion_change"): arcstar(
        {"ACC-F10": "400-1000"}, change("2022-05-10", {"ACC-F10": "1000-2000"}), invoices=["2022-06"]
    ),
    (ACC, "high_quality_switch"): arcstar(STANDARD, change("2022-05-10", {"ACC-F05": 0, "ACC-F06": 200})),
    (ACC, "credit_day"): arcstar({}, **OUT),
    (ACC, "start_options"): arcstar(STANDARD, invoices=["2022-04"]),
    (ACC, "expansion_dr_work"): arcstar({"ACC-F09": 200}, change("2022-05-10", DR_TIER), invoices=["2022-05"]),
    (ACC, "fic_settings_work"): arcstar(
        {}, change("2022-05-10", settings={"ACC-F19": {"connection": "b"}}), plan="ACC-T3", invoices=["2022-05"]
    ),
    (ACC, "channels"): arcstar({}, facts=TWO_LINES),
    (ACC, "part_month"): case(ACC, "2022-04-11", {"ACC-F01": 200}, type="ACC-T2", invoices=["2022-04"]),
    (FD, "grandfather"): case(FD, "2022-01-01", {"FD-03": 5}, change("2022-12-05", {"FD-03": 6})),
    (FD, "grandfather_from"): case(
        FD, "2022-01-01", {"FD-10": 1}, change("2022-12-05", {"FD-11": 1}, ordered="2022-11-20")
    ),
    (FD, "detour_kinds"): case(FD, "2023-01-01", {"ND-03": 1, "ND-13": 1}),
    (FD, "specific_discounts"): case(FD, "2023-01-01", {"FD-06": 1, "FD-08": 1}, facts={"discounts": ["D10"]}),
    (FD, "caller_id_per_number"): case(
        FD, "2023-01-01", {"FD-04": 1, "FD-07": 1, "FD-08": 1}, facts={"discounts": ["D11"]}
    ),
    (CSM, "recording_count"): smacom({"CSM-F01": 3, "CSM-F02": 2, "CSM-F12": 3}),
    (CSM, "recording_terms"): smacom({"CSM-F01": 3, "CSM-F12": 1, "CSM-F13": 2}),
    (CSM, "carry_over"): smacom({"CSM-F14": 1}, invoices=["2025-06"]),
    (CSM, "carry_counts_fees"): smacom({"CSM-F14": 4, "CSM-F22": 2}, payment="bank_transfer", invoices=["2025-06"]),
    (CSM, "credit_day"): smacom({"CSM-F01": 3}, **OUT),
    (CSM, "credit_rounding"): smacom({"CSM-F01": 3}, **OUT),
    (CSM, "year_days"): smacom({"CSM-F01": 3}, **LATE),
    (CSM, "allowance_20"): smacom(
        {"CSM-F14": 3, "CSM-F23-T": 1, "CSM-F23-N": 10}, change("2025-06-10", {"CSM-F23-N": 25}), invoices=["2025-06"]
    ),
    (CSM, "start_month_fees"): smacom({"CSM-F14": 3, "CSM-F23-T": 1}, invoices=["2025-05"]),
    (CSM, "reinvoice"): smacom(
        {"CSM-F01": 3}, {"at": "2025-07-10", "do": "once", "rows": {"CSM-H2": 1}}, invoices=["2025-07"]
    ),
    (CSM, "paid_together"): smacom({"CSM-F01": 3}, invoices=["2025-07", "2025-08", "2025-11", "2026-05"]),
    (MT, "base_fee"): miitel({}, invoices=["2025-07"]),
    (MT, "map_users"): miitel({"MT-F02": 20, "MT-F09": 1}, invoices=["2025-07"]),
    (MT, "ivr_excess"): miitel(
        {"MT-F11": 1}, in_use=[{"at": "2025-07-01", "row": "MT-F11", "number": 3}], invoices=["2025-07"]
    ),
    (MT, "change_from"): miitel({}, change("2025-07-10", {"MT-F01": 91}), invoices=["2025-07"]),
    (MT, "free_start"): miitel({}, invoices=["2025-05"]),
    (MT, "call_rounding"): miitel({}, calls=[CALLED], invoices=["2025-06"]),
    (MT, "year_days"): miitel({}, **LATE),
    (MT, "storage_billing"): miitel({"MT-F12-1Y": 2000}, invoices=["2025-05"]),
    (AML, "plus_functions"): amics({"AML-F13": 1, "AML-F14": 1}, invoices=["2025-05"]),
    (AML, "proration"): amics({}, invoices=["2025-05"]),
    (AML, "diversion_with_ratio"): amics({"AML-F10": 1, "AML-F28": 1, "AML-F31": 1, "AML-F32": 1}),
    (AML, "credit_day"): amics({}, **OUT),
}


def choices() -> dict[tuple[str, str], Choice]:
    """The readings of the tables in force last, by tariff and name."""
    return {
        (tariff, choice.name): choice
        for tariff, versions in CATALOGUE.tables.items()
        for choice in versions[-1].terms.readings
    }


def answered(asked: dict[str, Any], **readings: str) -> str:
    answer = DOOR.answer({**asked, **({"readings": readings} if readings else {})})
    assert "error" not in answer, answer
    return json.dumps(answer, sort_keys=True)


def test_every_reading_has_its_case() -> None:
    assert set(CASES) == set(choices())


@pytest.mark.parametrize(("tariff", "name"), CASES)
def test_a_reading_is_a_setting_whose_first_value_holds(tariff: str, name: str) -> None:
    asked, values = CASES[(tariff, name)], choices()[(tariff, name)].values
    answers = [answered(asked, **{name: value}) for value in values]
    assert answers[0] == answered(asked)
    assert len(set(answers)) == len(values) > 1


def test_an_earlier_version_asks_nothing_that_the_later_one_does_not() -> None:
    known = choices()
    for tariff, versions in CATALOGUE.tables.items():
        for table in versions[:-1]:
            for choice in table.terms.readings:
                assert known[(tariff, choice.name)].values == choice.values
