"""After a time without us: whose phone holds the others now, which ARI does not say and sound does.

A phone that holds is sent nothing, while the others go on sending (docs/asterisk-facts.md). When a hold began or ended
in between is not known, so it counts from, or until, this look.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from acd import inputs
from acd.model import Floor, Leg, Party
from asterisk import channels, reading
from asterisk.reading import Packets
from asterisk.request import Done
from controller.mailbox import Mailbox
from controller.ports import Ari
from kernel.ids import LegId, NodeId

WINDOW: Final = 0.4
"""Seconds between two counts of packets: twenty of them."""
_SURE: Final = 5
"""Packets that say that somebody sends: fewer may be stragglers."""


@dataclass(frozen=True, slots=True)
class _Count:
    """What was counted of an agent's leg; `held`: since when it holds, as far as the floor knew then."""

    own: Packets
    others: int
    held: datetime | None


class Holds:
    """Asks for the sound of every conversation of an agent on one node."""

    def __init__(self, ari: Ari, node: NodeId) -> None:
        self._ari = ari
        self._node = node

    async def look(self, boxes: Iterable[Mailbox]) -> None:
        """Tell each floor of the holds that have begun or ended unheard."""
        watched = list(boxes)
        before = [await self._count(box.floor) for box in watched]
        if not any(before):
            return
        # Sound is a matter of time: nothing but two looks shows whether it flows.
        await asyncio.sleep(WINDOW)
        for box, first in zip(watched, before, strict=True):
            for leg, now in (await self._count(box.floor)).items():
                if leg in first and first[leg].held == now.held:
                    _tell(box, leg, first[leg], now)

    async def _count(self, floor: Floor) -> Mapping[LegId, _Count]:
        talking = [leg for leg in floor.legs.values() if leg.conversation is not None and leg.node == self._node]
        answers = await asyncio.gather(*(self._ari.send(channels.statistics(leg.channel)) for leg in talking))
        found = {
            leg.id: reading.packets(answer)
            for leg, answer in zip(talking, answers, strict=True)
            if isinstance(answer, Done)
        }
        counts = {}
        for leg in talking:
            others = [found[one] for one in _others(floor, leg) if one in found]
            if leg.id in found and leg.id in floor.legs and others and _agents(leg):
                counts[leg.id] = _Count(found[leg.id], sum(other.came for other in others), leg.held)
        return counts


def _tell(box: Mailbox, leg: LegId, before: _Count, now: _Count) -> None:
    sent = now.own.sent - before.own.sent
    if now.held is not None and sent >= _SURE:
        box.take(inputs.LegUnheld(leg))
    elif now.held is None and sent == 0 and now.others - before.others >= _SURE:
        box.take(inputs.LegHeld(leg))


def _others(floor: Floor, leg: Leg) -> set[LegId]:
    conversation = None if leg.conversation is None else floor.conversations.get(leg.conversation)
    return set() if conversation is None else conversation.legs - {leg.id}


def _agents(leg: Leg) -> bool:
    return leg.party is Party.AGENT or leg.agent is not None
