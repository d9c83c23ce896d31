"""How long recordings and records are kept, by clause."""

from __future__ import annotations

from datetime import date

import pytest

from tariff.counting.records import Made
from tariff.holding.history import Accepted
from tariff.rights.keeping import Keeping, gone_from
from tests.unit.tariff.orders import Bought, moment
from tests.unit.tariff.tables import CATALOGUE

YES = Accepted()


def kept(contract: Bought, row: str, made: str, *, dr: bool = False) -> Keeping | None:
    return gone_from(CATALOGUE, contract.alive, Made(row, moment(made), dr))


def said(day: str, retention: str) -> Keeping:
    return Keeping(date.fromisoformat(day), retention)


def smacom(row: str) -> Bought:
    return Bought("connect-smacom", "2025-04-10", {"CSM-F02": 7, row: 7})


def arcstar(rows: dict[str, int]) -> Bought:
    return Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": 220, **rows}, "ACC-T2")


def test_t1_2_six_calendar_months_and_the_day_of_expiry_is_still_whole() -> None:
    assert kept(smacom("CSM-F13"), "CSM-F13", "2025-12-05T10:00") == said("2026-06-06", "P6M")


@pytest.mark.parametrize(("made", "day"), [("2025-11-30", "2026-03-01"), ("2025-11-30T23:59:59", "2026-03-01")])
def test_t1_2_months_are_clamped_to_the_end_of_a_month(made: str, day: str) -> None:
    assert kept(smacom("CSM-F12"), "CSM-F12", made) == said(day, "P3M")


def test_t1_2_from_six_months_to_three_what_is_older_goes_with_the_change() -> None:
    centre = smacom("CSM-F13")
    assert centre.change("2025-12-10", {"CSM-F13": 0, "CSM-F12": 7}) == YES
    assert kept(centre, "CSM-F13", "2025-08-01") == said("2025-12-10", "P3M")
    assert kept(centre, "CSM-F13", "2025-10-15") == said("2026-01-16", "P3M")
    assert kept(centre, "CSM-F13", "2025-05-01") == said("2025-11-02", "P6M")


def test_t1_2_from_three_months_to_six_what_is_still_there_stays_longer() -> None:
    centre = smacom("CSM-F12")
    assert centre.change("2025-12-10", {"CSM-F13": 7, "CSM-F12": 0}) == YES
    assert kept(centre, "CSM-F12", "2025-10-01") == said("2026-04-02", "P6M")
    assert kept(centre, "CSM-F12", "2025-08-01") == said("2025-11-02", "P3M")


def test_t1_2_when_recording_is_given_up_what_is_there_keeps_its_term() -> None:
    centre = smacom("CSM-F13")
    assert centre.change("2025-12-10", {"CSM-F13": 0}) == YES
    assert kept(centre, "CSM-F13", "2025-12-01") == said("2026-06-02", "P6M")
    assert kept(centre, "CSM-F13", "2025-12-10") is None


def test_annex_1_note_93_and_46_days_counted_from_the_end_of_the_recording() -> None:
    centre = arcstar({"ACC-F05": 100, "ACC-F06": 100})
    assert kept(centre, "ACC-F05", "2022-05-01T10:00") == said("2022-08-03", "P93D")
    assert kept(centre, "ACC-F06", "2022-05-01T10:00") == said("2022-06-17", "P46D")


def test_annex_7_a_longer_tier_moves_expiries_later() -> None:
    centre = arcstar({"ACC-F05": 100})
    assert centre.change("2022-06-01", {"ACC-F12": 186}) == YES
    assert kept(centre, "ACC-F05", "2022-05-01") == said("2022-11-04", "P186D")
    assert kept(centre, "ACC-F05", "2022-06-02") == said("2022-12-06", "P186D")


def test_annex_4_3_no_tier_at_the_second_site() -> None:
    centre = arcstar({"ACC-F05": 100, "ACC-F09": 220, "ACC-F12": 366})
    assert kept(centre, "ACC-F05", "2022-05-01", dr=True) == said("2022-08-03", "P93D")
    assert kept(centre, "ACC-F05", "2022-05-01") == said("2023-05-03", "P366D")


def test_annex_1_note_a_switch_of_quality_leaves_what_was_recorded_its_expiry() -> None:
    centre = arcstar({"ACC-F05": 100})
    assert centre.change("2022-06-01", {"ACC-F05": 0, "ACC-F06": 100}) == Accepted(("expiries_kept",))
    assert kept(centre, "ACC-F05", "2022-05-20") == said("2022-08-22", "P93D")
    assert kept(centre, "ACC-F06", "2022-06-02") == said("2022-07-19", "P46D")


def test_t1_2_1_2_n_3_and_annex_2_note_reports_93_days() -> None:
    centre = arcstar({"ACC-F07": 220})
    for row in ("ACC-F04", "ACC-F07"):
        assert kept(centre, row, "2022-05-01") == said("2022-08-03", "P93D")


def test_the_day_is_the_one_in_japan() -> None:
    centre = smacom("CSM-F12")
    made = Made("CSM-F12", moment("2025-05-01T00:30").astimezone(tz=None))
    assert gone_from(CATALOGUE, centre.alive, made) == said("2025-08-02", "P3M")


def test_nothing_is_kept_of_what_was_not_had() -> None:
    assert kept(smacom("CSM-F12"), "CSM-F13", "2025-06-01") is None
    assert kept(smacom("CSM-F12"), "CSM-F12", "2025-04-01") is None
    assert kept(smacom("CSM-F12"), "CSM-F02", "2025-06-01") is None
