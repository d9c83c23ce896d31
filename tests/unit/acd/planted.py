"""What is asked of every planted bug: its property notices it, and docs/planted-bugs.md names it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.unit.acd.expected import Violation
from tests.unit.acd.histories import play_many
from tests.unit.acd.plants import Plant

LIST = Path(__file__).parents[3] / "docs" / "planted-bugs.md"


def is_noticed(plant: Plant, hat: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Histories of the acts in the `hat` break one of the properties that the bug is planted for."""
    plant.put(monkeypatch)
    with pytest.raises(Violation) as noticed:
        play_many([*hat, *plant.often])
    assert noticed.value.letter in plant.letters, str(noticed.value)


def are_listed(plants: Sequence[Plant]) -> None:
    """Each stands in the list with its properties."""
    text = LIST.read_text(encoding="utf-8")
    for plant in plants:
        assert f"| {plant.name} | {', '.join(plant.letters)} |" in text
