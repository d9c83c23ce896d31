"""Finds the floor, leg and call behind a channel, and the agent behind a SIP endpoint, by one look into a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from acd.facts import (
    AgentConfigured,
    AgentRemoved,
    AgentSignedIn,
    AgentSignedOut,
    Body,
    LegGone,
    LegStarted,
    PreparationEnded,
    PreparationStarted,
)
from acd.model import Call, Leg
from asterisk.endpoints import desk
from controller.lines import Lines
from controller.mailbox import Mailbox
from kernel.fact import Fact
from kernel.ids import AgentId, LegId, TenantId


@dataclass(frozen=True, slots=True)
class Known:
    """A living leg of a floor."""

    box: Mailbox
    leg: LegId

    def find(self) -> Leg | None:
        return self.box.floor.legs.get(self.leg)

    def call(self) -> Call | None:
        leg = self.find()
        return None if leg is None else self.box.floor.calls.get(leg.call)


class Index:
    """Kept right by the facts themselves; rebuilt from a floor when the controller starts."""

    def __init__(self) -> None:
        self.legs: dict[str, Known] = {}
        self.prepared: dict[str, tuple[Mailbox, AgentId]] = {}
        """Channels made ahead, and for whom."""
        self.agents: dict[str, tuple[Mailbox, AgentId]] = {}
        """Whose desk phone an endpoint is."""
        self.lines = Lines()
        self.guests: dict[str, tuple[Mailbox, AgentId]] = {}
        """Who works at a desk phone that is somebody else's."""
        self._endpoints: dict[tuple[TenantId, AgentId], str] = {}

    def told(self, box: Mailbox, facts: Sequence[Fact[Body]]) -> None:
        """Follow the facts of a floor."""
        for fact in facts:
            body = fact.body
            if isinstance(body, LegStarted):
                self.legs[body.channel] = Known(box, body.leg)
                self.prepared.pop(body.channel, None)
            elif isinstance(body, PreparationStarted):
                self.prepared[body.channel] = (box, body.agent)
            elif isinstance(body, PreparationEnded):
                self.prepared.pop(body.channel, None)
            elif isinstance(body, LegGone):
                self.legs.pop(body.channel, None)
            elif isinstance(body, AgentConfigured):
                self._rung_at(box, body.agent.id, body.agent.endpoint)
            elif isinstance(body, AgentSignedIn) and body.endpoint:
                self.guests[body.endpoint] = (box, body.agent)
            elif isinstance(body, AgentSignedOut):
                self._no_guest(box, body.agent)
            elif isinstance(body, AgentRemoved):
                self._rung_nowhere(box, body.agent)

    def rebuild(self, box: Mailbox) -> None:
        """Take in a floor that was built before anybody listened."""
        for leg in box.floor.legs.values():
            self.legs[leg.channel] = Known(box, leg.id)
        for agent in box.floor.agents.values():
            self._rung_at(box, agent.id, agent.config.endpoint)
            if agent.desk:
                self.guests[agent.desk] = (box, agent.id)
            if agent.prepared is not None:
                self.prepared[agent.prepared] = (box, agent.id)

    def agent_at(self, endpoint: str) -> tuple[Mailbox, AgentId] | None:
        """Who works at this endpoint, on a desk or in a browser: its guest, or else whose it is."""
        name = desk(endpoint)
        return self.guests.get(name) or self.agents.get(name)

    def rung_at(self, endpoint: str) -> list[tuple[Mailbox, AgentId]]:
        """Everybody who would be rung at this endpoint now: its guest, and whose it is unless he is elsewhere."""
        name = desk(endpoint)
        found = [one for one in (self.guests.get(name), self.agents.get(name)) if one is not None]
        return [(box, agent) for box, agent in found if _works_at(box, agent, name)]

    def channel(self, channel: str) -> Known | None:
        return self.legs.get(channel)

    def _rung_at(self, box: Mailbox, agent: AgentId, endpoint: str) -> None:
        self._rung_nowhere(box, agent)
        self._endpoints[box.floor.tenant, agent] = endpoint
        self.agents[endpoint] = (box, agent)

    def _no_guest(self, box: Mailbox, agent: AgentId) -> None:
        for endpoint in [name for name, guest in self.guests.items() if guest == (box, agent)]:
            del self.guests[endpoint]

    def _rung_nowhere(self, box: Mailbox, agent: AgentId) -> None:
        """An endpoint that has gone to somebody else meanwhile stays his."""
        endpoint = self._endpoints.pop((box.floor.tenant, agent), None)
        if endpoint is not None and self.agents.get(endpoint) == (box, agent):
            del self.agents[endpoint]


def _works_at(box: Mailbox, agent: AgentId, endpoint: str) -> bool:
    known = box.floor.agents.get(agent)
    return known is not None and known.endpoint == endpoint
