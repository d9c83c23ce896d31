"""Each property is seen to fail on bugs planted for it: a property that notices nothing protects nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.acd.acts import HAT
from tests.unit.acd.histories import play_many
from tests.unit.acd.invariants import Violation
from tests.unit.acd.plants import PLANTS, Plant

LIST = Path(__file__).parents[3] / "docs" / "planted-bugs.md"


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.name)
def test_a_planted_bug_is_noticed_by_its_property(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant.put(monkeypatch)
    with pytest.raises(Violation) as noticed:
        play_many([*HAT, *plant.often])
    assert noticed.value.letter in plant.letters, str(noticed.value)


def test_every_property_has_a_planted_bug() -> None:
    assert set("abcdefghijklmno") <= {letter for plant in PLANTS for letter in plant.letters}


def test_the_list_names_every_planted_bug_with_its_properties() -> None:
    text = LIST.read_text(encoding="utf-8")
    for plant in PLANTS:
        assert f"| {plant.name} | {', '.join(plant.letters)} |" in text
