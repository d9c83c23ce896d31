"""The properties are seen to fail on bugs planted into talks."""

from __future__ import annotations

import pytest

from tests.unit.acd.histories import TALKING
from tests.unit.acd.planted import are_listed, is_noticed
from tests.unit.acd.plants import Plant
from tests.unit.acd.plants_of_talks import TALK_PLANTS


@pytest.mark.parametrize("plant", TALK_PLANTS, ids=lambda plant: plant.name)
def test_a_planted_bug_is_noticed_by_its_property(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    is_noticed(plant, TALKING, monkeypatch)


def test_the_list_names_every_planted_bug_with_its_properties() -> None:
    are_listed(TALK_PLANTS)
