"""Every code has its sentence in both languages, and the page of refusals is what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from acd.config import PAUSE_REASONS
from acd.explaining.obstacles import Obstacle
from acd.model import MISSED, REFUSED, Shown
from api.problems import Problem, answer, refusal
from api.refusals_page import page
from api.texts import MissingSentence, codes, label, sentence
from kernel.refusal import Code, Refused
from numbering.dialled import Reason
from tariff.written.reading_fields import CHECKS

ROOT = Path(__file__).parents[3]
SECTIONS = (
    "refusal", "warning", "problem", "pause", "shown", "outcome", "direction", "board", "tariff", "rule", "obstacle",
    "why", "flaw", "shape", "number",
)  # fmt: skip


@pytest.mark.parametrize(
    ("section", "wanted"),
    [
        ("refusal", set(Code)),
        ("problem", {problem.code for problem in Problem}),
        ("pause", {*PAUSE_REASONS, MISSED, REFUSED}),
        ("shown", set(Shown)),
        ("rule", set(CHECKS)),
        ("number", set(Reason)),
        ("obstacle", set(Obstacle)),
    ],
)
def test_every_code_has_its_sentence_and_no_sentence_is_left_over(section: str, wanted: set[str]) -> None:
    assert codes(section) == {str(code) for code in wanted}


@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_say_the_same_things(section: str) -> None:
    assert codes(section)
    for code in codes(section):
        assert label(section, code, "ja")
        assert label(section, code, "en")


def test_blanks_are_filled_and_a_missing_sentence_is_an_error() -> None:
    assert "5" in sentence("refusal", "seat_limit_reached", {"limit": "5"}).ja
    with pytest.raises(MissingSentence):
        sentence("refusal", "no_such_code")


@pytest.mark.parametrize("code", list(Code))
def test_a_refusal_is_409_with_its_clause_and_its_count(code: Code) -> None:
    response = refusal(Refused(code, "4.2", 3, 3, (("agent", "aoki"), ("reason", "golf"))))
    body = bytes(response.body).decode()
    assert (response.status_code, response.media_type) == (409, "application/problem+json")
    assert f'"code":"{code}"' in body
    assert '"clause":"4.2","used":3,"limit":3' in body
    assert "{limit}" not in body


def test_a_problem_has_its_status() -> None:
    assert {problem: answer(problem).status_code for problem in Problem} == {p: p.status for p in Problem}


def test_the_page_of_refusals_is_up_to_date() -> None:
    assert (ROOT / "docs" / "refusals.md").read_text("utf-8") == page(), "run: python -m api.refusals_page"
