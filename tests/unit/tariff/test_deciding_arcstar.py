"""Orders under Arcstar Contact Center, before and after 2021-04-07, by clause."""

from __future__ import annotations

import pytest

from kernel.refusal import Code
from tariff.holding.history import Accepted, Do
from tests.unit.tariff.orders import Bought, code, no

YES = Accepted()
KEPT = Accepted(("expiries_kept",))


def plan_1(rows: dict[str, int | str], **said: object) -> Bought:
    return Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": 220, **rows}, "ACC-T2", **said)  # type: ignore[arg-type]


def category_2(rows: dict[str, int | str], start: str = "2020-04-01", **said: object) -> Bought:
    return Bought("arcstar-contact-center", start, {"ACC-F01": 220, **rows}, "ACC-T2-OLD", **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("type_", "seats", "said"),
    [
        ("ACC-T1", 19, ("quantity_below", 19, 20)),
        ("ACC-T1", 1001, ("quantity_above", 1001, 1000)),
        ("ACC-T2", 199, ("quantity_below", 199, 200)),
        ("ACC-T2", 2001, ("quantity_above", 2001, 2000)),
        ("ACC-T3", 401, ("quantity_above", 401, 400)),
        ("ACC-T3", 0, ("quantity_below", 0, 200)),
    ],
)
def test_art_4_2_seats_lie_within_the_range_of_the_type(type_: str, seats: int, said: tuple[str, int, int]) -> None:
    refused = Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": seats}, type_).first
    named, clause, row, used, limit = no(refused)
    assert (named, used, limit) == said
    assert (clause, row) == ("Art.4-2", "ACC-F01")


@pytest.mark.parametrize(("type_", "seats"), [("ACC-T1", 20), ("ACC-T1", 1000), ("ACC-T2", 2000), ("ACC-T3", 400)])
def test_art_4_2_the_ends_of_the_range_are_in_it(type_: str, seats: int) -> None:
    assert Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": seats}, type_).first == YES


def test_art_4_2_types_of_another_version_are_not_in_the_tariff() -> None:
    early = Bought("arcstar-contact-center", "2021-04-06", {"ACC-F01": 300}, "ACC-T3")
    assert no(early.first)[:3] == ("not_in_tariff", "Art.4-2", "ACC-T3")
    late = Bought("arcstar-contact-center", "2021-04-07", {"ACC-F01": 300}, "ACC-T2-OLD")
    assert no(late.first)[0] == "not_in_tariff"
    assert code(Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": 300}).first) is Code.NEEDS


def test_supplement_2_category_2_becomes_plan_1_by_itself() -> None:
    old = category_2({})
    assert (old.at("2021-04-06T23:59").version, old.at("2021-04-06T23:59").type) == (
        "arcstar-contact-center@old",
        "ACC-T2-OLD",
    )
    assert (old.at("2021-04-07").version, old.at("2021-04-07").type) == ("arcstar-contact-center@2021-04-07", "ACC-T2")
    assert no(old.change("2021-04-06", {"ACC-F06": 100}))[0] == "not_in_tariff"
    assert old.change("2021-04-07", {"ACC-F06": 100}) == YES


@pytest.mark.parametrize("row", ["ACC-F07", "ACC-F15"])
def test_annex_2_5_and_10_1_all_seats_or_none(row: str) -> None:
    centre = plan_1({})
    assert no(centre.change("2022-05-01", {row: 100}))[:1] + no(centre.change("2022-05-01", {row: 100}))[2:] == (
        "quantity_must_equal",
        row,
        100,
        220,
    )
    assert centre.change("2022-05-01", {row: 220}) == YES
    assert centre.change("2022-06-01", {"ACC-F01": 260}) == YES
    assert centre.limits("2022-06-01")[row] == 260
    assert no(centre.change("2022-07-01", {"ACC-F01": 300, row: 260}))[3:] == (260, 300)
    assert centre.change("2022-07-01", {row: 0}) == YES


def test_annex_1_5_recordings_of_both_qualities_are_at_most_the_seats() -> None:
    assert no(plan_1({"ACC-F05": 221}).first) == ("quantity_above", "Annex-1(5)", "ACC-F05", 221, 220)
    assert plan_1({"ACC-F05": 200, "ACC-F06": 20}).first == YES
    assert no(plan_1({"ACC-F05": 200, "ACC-F06": 21}).first)[3:] == (221, 220)
    refused = plan_1({"ACC-F05": 200, "ACC-F06": 20}, readings={"mixed_recording": "refuse"}).first
    assert no(refused)[0] == "excluded_by"


def test_annex_3_outbound_is_at_most_the_seats_also_when_those_fall() -> None:
    centre = plan_1({"ACC-F08": 215})
    assert no(centre.change("2022-05-01", {"ACC-F01": 210})) == ("quantity_above", "Annex-3", "ACC-F08", 215, 210)
    assert centre.change("2022-05-01", {"ACC-F01": 210, "ACC-F08": 210}) == YES


def test_annex_1_6_from_standard_to_high_quality_and_never_back() -> None:
    centre = plan_1({"ACC-F05": 100})
    assert centre.change("2022-05-01", {"ACC-F05": 0, "ACC-F06": 100}) == KEPT
    back = centre.change("2022-06-01", {"ACC-F05": 100, "ACC-F06": 0})
    assert no(back)[:3] == ("no_downgrade", "Annex-1(6)", "ACC-F05")
    assert centre.change("2022-06-01", {"ACC-F05": 50}) == YES


def test_annex_1_note_a_switch_needs_a_tier_of_as_many_days() -> None:
    centre = plan_1({"ACC-F05": 100, "ACC-F12": 186})
    without = centre.change("2022-05-01", {"ACC-F05": 0, "ACC-F06": 100})
    assert no(without) == ("no_downgrade", "Annex-1 note", "ACC-F06", 46, 186)
    shorter = centre.change("2022-05-01", {"ACC-F05": 0, "ACC-F06": 100, "ACC-F12": 0, "ACC-F13": 93})
    assert no(shorter) == ("no_downgrade", "Annex-1 note", "ACC-F06", 93, 186)
    assert centre.change("2022-05-01", {"ACC-F05": 0, "ACC-F06": 100, "ACC-F12": 0, "ACC-F13": 186}) == KEPT
    assert centre.given("2022-05-01", "ACC-F06").retention == "P186D"


def test_annex_1_note_tiers_of_1461_days_and_more_have_no_counterpart() -> None:
    centre = plan_1({"ACC-F05": 100, "ACC-F12": 1461})
    refused = centre.change("2022-05-01", {"ACC-F05": 0, "ACC-F06": 100, "ACC-F12": 0, "ACC-F13": 1282})
    assert no(refused) == ("no_downgrade", "Annex-1 note", "ACC-F06", 1282, 1461)


def test_annex_1_note_read_as_keeping_the_old_tier_beside() -> None:
    centre = plan_1({"ACC-F05": 100, "ACC-F12": 1461}, readings={"high_quality_switch": "keep_old"})
    assert centre.change("2022-05-01", {"ACC-F05": 0, "ACC-F06": 100}) == KEPT
    assert centre.limits("2022-05-01")["ACC-F12"] == 1461


@pytest.mark.parametrize("days", [187, 93, "400-1000"])
def test_annex_7_only_the_tiers_of_the_table(days: int | str) -> None:
    assert no(plan_1({"ACC-F05": 9, "ACC-F12": days}).first)[:3] == ("not_in_tariff", "T1-2-2-2", "ACC-F12")


def test_annex_7_1_and_8_1_a_tier_never_to_fewer_days() -> None:
    centre = plan_1({"ACC-F05": 100, "ACC-F12": 366})
    assert no(centre.change("2022-05-01", {"ACC-F12": 186})) == ("no_downgrade", "Annex-7(1)", "ACC-F12", 186, 366)
    assert no(centre.change("2022-05-01", {"ACC-F12": 0})) == ("no_downgrade", "Annex-7(1)", "ACC-F12", 0, 366)
    assert centre.change("2022-05-01", {"ACC-F12": 731}) == YES
    assert centre.given("2022-05-01", "ACC-F05").retention == "P731D"
    high = plan_1({"ACC-F06": 100, "ACC-F13": 366})
    assert no(high.change("2022-05-01", {"ACC-F13": 186})) == ("no_downgrade", "Annex-8(1)", "ACC-F13", 186, 366)


def test_annex_7_and_8_a_tier_is_of_its_own_quality() -> None:
    assert no(plan_1({"ACC-F06": 9, "ACC-F12": 186}).first)[:3] == ("needs", "Annex-7", "ACC-F12")
    assert no(plan_1({"ACC-F05": 9, "ACC-F13": 186}).first)[:3] == ("needs", "Annex-8", "ACC-F13")


def test_annex_4_2_dr_only_with_the_first_order_and_never_changed() -> None:
    assert no(plan_1({}).change("2022-05-01", {"ACC-F09": 220}))[:3] == ("only_at_start", "Annex-4(2)", "ACC-F09")
    centre = plan_1({"ACC-F09": 220})
    assert no(centre.change("2022-05-01", {"ACC-F09": 0}))[0] == "only_at_start"
    assert centre.change("2022-05-01", {"ACC-F01": 240}) == YES
    assert centre.limits("2022-05-01")["ACC-F09"] == 240
    assert no(plan_1({"ACC-F09": 200}).first) == ("quantity_must_equal", "Annex-4(1)", "ACC-F09", 200, 220)


def test_t1_2_2_2_remark_dr_for_plan_1_only() -> None:
    plan_2 = Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": 220, "ACC-F09": 220}, "ACC-T3")
    assert no(plan_2.first)[::2] == ("needs", "ACC-F09", None)
    assert category_2({"ACC-F09": 220}).first == YES


def test_annex_5_1_tenant_expansion_goes_up_only() -> None:
    centre = plan_1({"ACC-F10": "400-1000"})
    assert centre.change("2022-05-01", {"ACC-F10": "400-2000"}) == YES
    down = centre.change("2022-06-01", {"ACC-F10": "400-1000"})
    assert no(down) == ("no_downgrade", "Annex-5(1)", "ACC-F10", "400-1000", "400-2000")
    assert no(centre.change("2022-06-01", {"ACC-F10": 0}))[0] == "no_downgrade"
    assert no(plan_1({"ACC-F10": "1000-400"}).first)[0] == "not_in_tariff"


def test_annex_6_1_dr_with_expansion_needs_the_same_step_for_the_second_site() -> None:
    alone = plan_1({"ACC-F09": 220, "ACC-F10": "400-1000"}).first
    assert no(alone)[:3] == ("needs", "Annex-6(1)", "ACC-F11")
    other = plan_1({"ACC-F09": 220, "ACC-F10": "400-1000", "ACC-F11": "400-2000"}).first
    assert no(other) == ("quantity_must_equal", "Annex-6(1)", "ACC-F11", "400-2000", "400-1000")
    both = plan_1({"ACC-F09": 220, "ACC-F10": "400-1000", "ACC-F11": "400-1000"})
    assert both.first == YES
    assert code(both.change("2022-05-01", {"ACC-F10": "400-2000"})) is Code.QUANTITY_MUST_EQUAL
    assert both.change("2022-05-01", {"ACC-F10": "400-2000", "ACC-F11": "400-2000"}) == YES


def test_annex_5_for_plan_2_is_a_reading() -> None:
    rows = {"ACC-F01": 220, "ACC-F10": "400-1000"}
    assert Bought("arcstar-contact-center", "2022-04-01", rows, "ACC-T3").first == YES
    refuse = {"plan2_expansion": "refuse"}
    refused = Bought("arcstar-contact-center", "2022-04-01", rows, "ACC-T3", readings=refuse).first
    assert no(refused)[::2][:2] == ("needs", "ACC-F10")


def test_annex_9_and_11_addresses_and_interfaces() -> None:
    assert no(plan_1({"ACC-F14": 3}).first) == ("quantity_above", "Annex-9", "ACC-F14", 3, 2)
    assert no(plan_1({"ACC-F16": 51}).first) == ("quantity_above", "Annex-11", "ACC-F16", 51, 50)
    assert plan_1({"ACC-F14": 2, "ACC-F16": 50}).limits("2022-04-01")["ACC-F16"] == 50


@pytest.mark.parametrize(
    ("lines", "said"),
    [((1,), ("quantity_below", 1, 2)), ((4, 221), ("quantity_above", 221, 220)), ((2, 220, 220), None)],
)
def test_art_9_2_6_channels_of_each_line(lines: tuple[int, ...], said: tuple[str, int, int] | None) -> None:
    first = plan_1({}, facts={"lines": lines}).first
    if said is None:
        assert first == YES
    else:
        named, clause, row, used, limit = no(first)
        assert ((named, used, limit), clause, row) == (said, "Art.9-2(6)", "ACC-F17")


def test_art_9_2_6_read_as_the_sum_of_the_lines() -> None:
    readings = {"channels": "sum"}
    assert no(plan_1({}, facts={"lines": (120, 120)}, readings=readings).first)[3:] == (240, 220)
    assert plan_1({}, facts={"lines": (110, 110)}, readings=readings).first == YES


def test_art_9_2_6_seats_do_not_fall_below_the_channels() -> None:
    centre = plan_1({}, facts={"lines": (215,)})
    assert no(centre.change("2022-05-01", {"ACC-F01": 210}))[:3] == ("quantity_above", "Art.9-2(6)", "ACC-F17")


def test_art_6_one_line_where_one_is_all_there_may_be() -> None:
    assert code(category_2({}, facts={"lines": (2, 2)}).first) is Code.QUANTITY_ABOVE
    assert plan_1({}, facts={"lines": (2, 2)}).first == YES
    one = Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": 20}, "ACC-T1", facts={"lines": (2, 2)})
    assert code(one.first) is Code.QUANTITY_ABOVE


@pytest.mark.parametrize("consents", [("portal",), ("access",), ()])
def test_art_9_2_5_and_13_3_5_consents_at_the_start_and_at_a_transfer(consents: tuple[str, ...]) -> None:
    assert no(plan_1({}, facts={"consents": consents}).first)[:3] == ("needs", "Art.9-2(5)", "ACC-F18")
    fic = {"consents": consents, "access": "fic"}
    assert no(plan_1({}, facts=fic).first)[:3] == ("needs", "Art.9-2(5)", "ACC-F19")
    centre = plan_1({})
    assert no(centre.order(Do.TRANSFER, "2022-05-01", facts={"consents": consents}))[:2] == ("needs", "Art.13-3(5)")
    assert no(centre.order(Do.TRANSFER, "2022-05-01", facts={"lines": (1,)}))[:2] == ("quantity_below", "Art.13-3(6)")
    assert centre.order(Do.TRANSFER, "2022-05-01") == YES


def test_art_4_2_the_access_a_type_supports() -> None:
    rows = {"ACC-F01": 220}
    for type_, access, held in [
        ("ACC-T2", "fic", True),
        ("ACC-T2", "universal_one", True),
        ("ACC-T3", "fic", True),
        ("ACC-T3", "universal_one", False),
        ("ACC-T1", "fic", False),
    ]:
        first = Bought("arcstar-contact-center", "2022-04-01", rows, type_, facts={"access": access}).first
        assert (code(first) is None) is held, (type_, access)
    assert code(category_2({}, facts={"access": "fic"}).first) is not None


def test_what_is_kept_how_long_is_said_with_its_row() -> None:
    centre = plan_1({"ACC-F05": 9, "ACC-F06": 9, "ACC-F07": 220})
    kept = {given.row: given.retention for given in centre.at("2022-05-01").rows if given.retention}
    assert kept == {"ACC-F04": "P93D", "ACC-F05": "P93D", "ACC-F06": "P46D", "ACC-F07": "P93D"}


def test_seats_signed_in_are_not_taken_away() -> None:
    centre = plan_1({}, uses=[("2022-04-10", "ACC-F01", 215)])
    assert no(centre.change("2022-05-01", {"ACC-F01": 210})) == ("seats_in_use", "T1-2-1-2", "ACC-F01", 215, 210)


def test_art_6_the_access_network_is_the_first_the_type_supports_unless_told() -> None:
    def access(type_: str, **facts: object) -> set[str]:
        centre = Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": 220}, type_, facts=facts)
        return {"ACC-F18", "ACC-F19"} & set(centre.limits("2022-04-01"))

    assert access("ACC-T2") == {"ACC-F18"}
    assert access("ACC-T2", access="fic") == {"ACC-F19"}
    assert access("ACC-T3") == {"ACC-F19"}


@pytest.mark.parametrize("seats", [2001, 2100, 2199])
def test_t1_2_1_2_remark_2_2000_and_the_rest_only_from_2200_on(seats: int) -> None:
    def held(part: int) -> bool:
        return code(Bought("arcstar-contact-center", "2022-04-01", {"ACC-F01": part}, "ACC-T2").first) is None

    assert not held(seats)
    assert held(2000)
    assert not held(seats - 2000)
    assert held(2200 - 2000)


def test_annex_8_and_9_of_the_old_text_are_9_and_10_of_the_new() -> None:
    assert no(category_2({"ACC-F14": 3}).first)[1] == "Annex-8"
    assert no(category_2({"ACC-F15": 3}).first)[1] == "Annex-9(1)"
