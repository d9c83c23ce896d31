"""The properties of strategies, skills, steps and ringing many are seen to fail on bugs planted for them."""

from __future__ import annotations

import pytest

from tests.unit.acd.acts import HAT
from tests.unit.acd.planted import are_listed, is_noticed
from tests.unit.acd.plants import Plant
from tests.unit.acd.plants_of_matching import MATCHING_PLANTS


@pytest.mark.parametrize("plant", MATCHING_PLANTS, ids=lambda plant: plant.name)
def test_a_planted_bug_is_noticed_by_its_property(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    is_noticed(plant, HAT, monkeypatch)


def test_every_property_of_matching_has_a_planted_bug() -> None:
    assert set("pqrs") <= {letter for plant in MATCHING_PLANTS for letter in plant.letters}


def test_the_list_names_every_planted_bug_of_matching_with_its_properties() -> None:
    are_listed(MATCHING_PLANTS)
