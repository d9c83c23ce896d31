"""Each property is seen to fail on bugs planted for it: a property that notices nothing protects nothing."""

from __future__ import annotations

import pytest

from tests.unit.acd.acts import HAT
from tests.unit.acd.planted import are_listed, is_noticed
from tests.unit.acd.plants import PLANTS, Plant


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_bug_is_noticed_by_its_property(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    is_noticed(plant, HAT, monkeypatch)


def test_every_property_has_a_planted_bug() -> None:
    assert set("abcdefghijklmno") <= {letter for plant in PLANTS for letter in plant.letters}


def test_the_list_names_every_planted_bug_with_its_properties() -> None:
    are_listed(PLANTS)
