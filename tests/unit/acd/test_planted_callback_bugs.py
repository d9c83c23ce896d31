"""The properties are seen to fail on bugs planted into calls back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.acd.expected import Violation
from tests.unit.acd.histories import CALLED_BACK, play_many
from tests.unit.acd.plants import Plant
from tests.unit.acd.plants_of_callbacks import CALLBACK_PLANTS

LIST = Path(__file__).parents[3] / "docs" / "planted-bugs.md"


@pytest.mark.parametrize("plant", CALLBACK_PLANTS, ids=lambda plant: plant.name)
def test_a_planted_bug_is_noticed_by_its_property(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    plant.put(monkeypatch)
    with pytest.raises(Violation) as noticed:
        play_many([*CALLED_BACK, *plant.often])
    assert noticed.value.letter in plant.letters, str(noticed.value)


def test_the_list_names_every_planted_bug_with_its_properties() -> None:
    text = LIST.read_text(encoding="utf-8")
    for plant in CALLBACK_PLANTS:
        assert f"| {plant.name} | {', '.join(plant.letters)} |" in text
