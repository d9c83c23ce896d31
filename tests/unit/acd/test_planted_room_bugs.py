"""The properties are seen to fail on a bug planted into each room of the floor, and on each timer that is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.acd.expected import Violation
from tests.unit.acd.histories import EVERYTHING, play_many
from tests.unit.acd.plants import Plant
from tests.unit.acd.plants_of_rooms import ROOM_PLANTS
from tests.unit.acd.plants_of_timers import TIMER_PLANTS

LIST = Path(__file__).parents[3] / "docs" / "planted-bugs.md"
PLANTED = (*ROOM_PLANTS, *TIMER_PLANTS)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.name)
def test_a_planted_bug_is_noticed_by_its_property(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant.put(monkeypatch)
    with pytest.raises(Violation) as noticed:
        play_many([*EVERYTHING, *plant.often])
    assert noticed.value.letter in plant.letters, str(noticed.value)


def test_the_list_names_every_planted_bug_with_its_properties() -> None:
    text = LIST.read_text(encoding="utf-8")
    for plant in PLANTED:
        assert f"| {plant.name} | {', '.join(plant.letters)} |" in text
