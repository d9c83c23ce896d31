"""The properties of strategies, skills, steps and ringing many are seen to fail on bugs planted for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.acd.acts import HAT
from tests.unit.acd.histories import play_many
from tests.unit.acd.invariants import Violation
from tests.unit.acd.plants import Plant
from tests.unit.acd.plants_of_matching import MATCHING_PLANTS

LIST = Path(__file__).parents[3] / "docs" / "planted-bugs.md"


@pytest.mark.parametrize("plant", MATCHING_PLANTS, ids=lambda plant: plant.name)
def test_a_planted_bug_is_noticed_by_its_property(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant.put(monkeypatch)
    with pytest.raises(Violation) as noticed:
        play_many([*HAT, *plant.often])
    assert noticed.value.letter in plant.letters, str(noticed.value)


def test_every_property_of_matching_has_a_planted_bug() -> None:
    assert set("pqrs") <= {letter for plant in MATCHING_PLANTS for letter in plant.letters}


def test_the_list_names_every_planted_bug_of_matching_with_its_properties() -> None:
    text = LIST.read_text(encoding="utf-8")
    for plant in MATCHING_PLANTS:
        assert f"| {plant.name} | {', '.join(plant.letters)} |" in text
