"""What somebody in Japan dials is read as the number he means, and nonsense as nonsense."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.refusal import Code
from numbering import japan, plan
from numbering.dialled import Dialled, Kind, Reason, Unreadable

DATA = Path(__file__).parents[2] / "data" / "numbering"
WISH = {"": None, "true": True, "false": False}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


VALID, INVALID = rows("valid.csv"), rows("invalid.csv")
UNPRINTABLE = ["03-1234-5601\r\nX: y", "0312345601\n", "\x000312345601", "03\t12345601", "1" * 101, "0" * 5000]


def test_the_tables_are_whole() -> None:
    assert len(VALID) >= 60
    assert len(INVALID) >= 60
    spellings = [row["spelling"] for row in (*VALID, *INVALID)]
    assert [spelling for spelling, times in Counter(spellings).items() if times > 1] == []
    assert {row["kind"] for row in VALID} == set(Kind)
    assert {row["reason"] for row in INVALID} == set(Reason)


@pytest.mark.parametrize("row", VALID, ids=lambda row: repr(row["spelling"]))
def test_a_valid_spelling_is_its_number(row: dict[str, str]) -> None:
    expected = Dialled(row["number"], Kind(row["kind"]), WISH[row["withheld"]], row["carrier"])
    assert japan.read(row["spelling"]) == expected


@pytest.mark.parametrize("row", INVALID, ids=lambda row: repr(row["spelling"]))
def test_an_invalid_spelling_is_refused_with_its_reason(row: dict[str, str]) -> None:
    assert japan.read(row["spelling"]) == Unreadable(Reason(row["reason"]))


@pytest.mark.parametrize("text", UNPRINTABLE, ids=repr)
def test_what_could_end_a_header_or_never_ends_is_no_number(text: str) -> None:
    assert japan.read(text) == Unreadable(Reason.NOT_DIGITS)


def test_a_refusal_names_the_reason() -> None:
    found = japan.read("03-1234")
    assert isinstance(found, Unreadable)
    assert found.refused.code is Code.UNREADABLE_NUMBER
    assert found.refused.params == (("reason", "too_short"),)


@pytest.mark.parametrize("row", VALID, ids=lambda row: repr(row["spelling"]))
def test_what_was_read_reads_the_same_again(row: dict[str, str]) -> None:
    number, kind = row["number"], Kind(row["kind"])
    assert japan.read(number) == Dialled(number, kind)
    assert japan.read(plan.national_form(number)) == Dialled(number, kind)


@given(st.text(alphabet="0123456789+-*#() ０１８４６（）ー−,;abc\n", max_size=24))
def test_every_text_is_a_number_that_can_be_dialled_or_unreadable(text: str) -> None:
    found = japan.read(text)
    if isinstance(found, Dialled):
        digits = found.number.removeprefix("+").removeprefix("#")
        assert digits.isascii()
        assert digits.isdigit()
        assert len(digits) <= 15
        e164 = found.kind not in (Kind.SPECIAL, Kind.EMERGENCY, Kind.EXTENSION)
        assert found.number.startswith("+") == e164


@pytest.mark.parametrize(
    ("number", "form"),
    [
        ("+81312345601", "03-1234-5601"),
        ("+819012345678", "090-1234-5678"),
        ("+81120123456", "0120-123-456"),
        ("+12125550123", "+1 212-555-0123"),
        ("117", "117"),
        ("201", "201"),
    ],
)
def test_people_read_the_national_form(number: str, form: str) -> None:
    assert plan.national_form(number) == form
