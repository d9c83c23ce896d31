"""How a person is rung from one Asterisk node: at a phone that stands there, or through the node where it stands."""

from __future__ import annotations

from asterisk import names
from controller.lines import Lines
from kernel.ids import NodeId


class Ways:
    """The ways from `node` to everybody's phones."""

    def __init__(self, lines: Lines, node: NodeId) -> None:
        self._lines = lines
        self._node = node

    def to(self, person: str) -> str:
        """What to dial for the person with this desk phone."""
        endpoint, at = self._lines.rung_at(person, self._node)
        if at is None or at == self._node:
            return names.dial_string(endpoint)
        return names.through_node(endpoint, at)
