"""The properties are seen to fail on a bug planted into each room of the floor, and on each timer that is left out."""

from __future__ import annotations

import pytest

from tests.unit.acd.histories import EVERYTHING
from tests.unit.acd.planted import are_listed, is_noticed
from tests.unit.acd.plants import Plant
from tests.unit.acd.plants_of_rooms import ROOM_PLANTS
from tests.unit.acd.plants_of_timers import TIMER_PLANTS

PLANTED = (*ROOM_PLANTS, *TIMER_PLANTS)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.name)
def test_a_planted_bug_is_noticed_by_its_property(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    is_noticed(plant, EVERYTHING, monkeypatch)


def test_the_list_names_every_planted_bug_with_its_properties() -> None:
    are_listed(PLANTED)
