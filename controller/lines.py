"""Where a person can be rung: at the phone on his desk or the one in his browser, and at which Asterisk node it stands.

The browser is rung first: where it is open is where he works.
"""

from __future__ import annotations

from asterisk.endpoints import BROWSER, desk
from kernel.ids import NodeId


class Lines:
    """The endpoints that are registered right now, as the nodes tell. One that is registered at several is rung through
    the node at which it was seen to register last; among those that nobody saw, through the one that asks."""

    def __init__(self) -> None:
        self._up: dict[str, dict[NodeId, int]] = {}
        """At which nodes an endpoint stands, and in which order it came there; 0: before we looked."""
        self._came = 0

    def seen(self, endpoint: str, up: bool, node: NodeId, *, fresh: bool = False) -> bool:
        """Note a registration at a node, or its end; True when the person is to be rung elsewhere than before. `fresh`:
        it has been told of as it happened."""
        before = self.rung_at(desk(endpoint))
        if not up:
            self._leaves(endpoint, node)
        elif node not in self._up.get(endpoint, {}):
            self._came += 1
            self._up.setdefault(endpoint, {})[node] = self._came if fresh else 0
        return self._moved(desk(endpoint), before)

    def lost(self, node: NodeId) -> dict[str, bool]:
        """Nothing is known of this node any more. The persons who could be rung there, and whether they still can be,
        elsewhere."""
        gone = [endpoint for endpoint, nodes in self._up.items() if node in nodes]
        for endpoint in gone:
            self._leaves(endpoint, node)
        return {person: self.stands(person) for person in dict.fromkeys(map(desk, gone))}

    def stands(self, person: str) -> bool:
        """Whether he can be rung at all; a person is named by his desk phone."""
        return person in self._up or person + BROWSER in self._up

    def rung(self, person: str) -> str:
        """The endpoint that rings for him."""
        return person + BROWSER if person + BROWSER in self._up else person

    def rung_at(self, person: str, asking: NodeId | None = None) -> tuple[str, NodeId | None]:
        """The endpoint that rings for him, and the node at which it stands (None: at none)."""
        endpoint = self.rung(person)
        nodes = self._up.get(endpoint, {})
        return endpoint, max(nodes, key=lambda node: (nodes[node], node == asking), default=None)

    def _leaves(self, endpoint: str, node: NodeId) -> None:
        nodes = self._up.get(endpoint, {})
        nodes.pop(node, None)
        if not nodes:
            self._up.pop(endpoint, None)

    def _moved(self, person: str, before: tuple[str, NodeId | None]) -> bool:
        endpoint, node = self.rung_at(person)
        return endpoint != before[0] or (None not in (node, before[1]) and node != before[1])
