"""Ends what is left of calls between two nodes when one of them is lost, or has been started anew.

A call for a phone of another node has a channel on both, each of which is named after the other node. Who dies says
nothing: the half that lives would wait for sound until its limit.
"""

from __future__ import annotations

from collections.abc import Iterable

import structlog

from acd import inputs
from acd.calls import PLATFORM_FAILURE
from acd.model import LegState
from asterisk import names, wire
from controller.index import Index
from controller.node import Node

log = structlog.get_logger()


async def end_orphans(back: Node, others: Iterable[Node], index: Index) -> None:
    """`back` agrees with the floors again: end what it and the others have of each other from before their starts."""
    for other in others:
        if other.recovery.done:
            await _end(back, other, index)
            await _end(other, back, index)


async def end_rung(lost: Node, others: Iterable[Node], index: Index) -> None:
    """`lost` is not reached: whose phone rings there may never answer, so whoever calls is given to the next at once.

    Those who talk are left alone: where the link alone is broken they hear each other.
    """
    for other in others:
        if other.recovery.done:
            for channel in await other.channels():
                known = index.channel(channel.id)
                leg = None if known is None else known.find()
                rings = leg is not None and leg.agent is not None and leg.state is LegState.RINGING
                if rings and _leads(channel, lost):
                    _cut(other, channel, index)


async def _end(node: Node, other: Node, index: Index) -> None:
    """The channels of `node` that lead to an `other` which has forgotten them."""
    started = other.recovery.started
    if started is None:
        return
    for channel in await node.channels():
        if _leads(channel, other) and channel.created < started:
            log.warning("the other half of a call is gone", node=node.id, other=other.id, channel=channel.id)
            _cut(node, channel, index)


def _leads(channel: wire.Channel, to: Node) -> bool:
    return names.node_of(names.endpoint_of(channel.name)) == to.id


def _cut(node: Node, channel: wire.Channel, index: Index) -> None:
    known = index.channel(channel.id)
    if known is not None:
        known.box.take(inputs.LegEnded(known.leg, why=PLATFORM_FAILURE))
    node.hang_up(channel.id)
