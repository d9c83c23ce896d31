"""How a person or a trunk is reached from one Asterisk node: there, or through the node where it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from asterisk import names
from controller.lines import Lines
from controller.trunks import Trunks
from kernel.ids import NodeId, TrunkName
from numbering.lines import Health


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


@dataclass(frozen=True, slots=True)
class Gate:
    """The trunks of a node, and whether calls can be sent there now."""

    trunks: Trunks
    open: Callable[[], bool]


class TrunkWays:
    """The ways from `node` to all trunks; `gates`: those of every node, its own included. Its own trunks come first."""

    def __init__(self, node: NodeId, gates: Mapping[NodeId, Gate]) -> None:
        self._node = node
        self._gates = gates

    @property
    def health(self) -> Mapping[TrunkName, Health]:
        """Every trunk that can be reached from here, and whether it answers."""
        others = [gate for gate in self._others().values() if gate.open()]
        found: dict[TrunkName, Health] = {}
        for trunks in (self._own, *(gate.trunks for gate in others)):
            found = {**trunks.health, **found}
        return found

    def to(self, trunk: TrunkName, number: str, withheld: bool) -> str | None:
        """What to dial for a number over this trunk, with the own one `withheld` or not; None where there is no such
        trunk (any more)."""
        own = self._own.endpoint(trunk)
        if own is not None:
            return names.dial_string(own, number)
        for node, gate in self._others().items():
            endpoint = gate.trunks.endpoint(trunk)
            if endpoint is not None and gate.open():
                return names.trunk_through_node(endpoint, number, node, withheld=withheld)
        return None

    def channels(self, trunk: TrunkName) -> int | None:
        """How many channels the trunk has; None: not limited."""
        limits = (gate.trunks.channels(trunk) for gate in self._gates.values())
        return next((limit for limit in limits if limit is not None), None)

    @property
    def _own(self) -> Trunks:
        return self._gates[self._node].trunks

    def _others(self) -> Mapping[NodeId, Gate]:
        return {node: gate for node, gate in self._gates.items() if node != self._node}
