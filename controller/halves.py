"""Ends what is left of calls between two nodes when one of them is lost, or has been started anew.

A call for a phone of another node has a channel on both, each of which is named after the other node. Who dies says
nothing: the half that lives would wait for sound until its limit.

That we do not reach a node is no proof: those who talk through it may hear each other all the same. It is dead for
them when the node of their partner does not reach it by SIP either, and no sound comes from there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

import structlog

from acd import inputs
from acd.calls import PLATFORM_FAILURE
from acd.model import Call, Leg, LegState, Place
from asterisk import names, wire
from asterisk.peers import ANSWER
from controller.index import Index
from controller.node import Node

log = structlog.get_logger()
_CONGESTION: Final = 34
"""Q.850: circuit congestion."""
_STRAGGLERS: Final = 1.0
"""Seconds in which the last packets of a node that has died may still be read."""
_SILENT: Final = ANSWER + 0.5
"""Seconds without one more; by then the OPTIONS have been given up."""


async def end_orphans(back: Node, others: Iterable[Node], index: Index) -> None:
    """`back` agrees with the floors again: end what it and the others have of each other from before their starts."""
    for other in others:
        if other.recovery.done:
            await _end(back, other, index)
            await _end(other, back, index)


async def end_rung(lost: Node, others: Iterable[Node], index: Index) -> None:
    """`lost` is not reached: who is rung there, or over a trunk of it, may never answer, so whoever calls is given to
    the next at once.

    Those who talk are left alone: where the link alone is broken they hear each other. So is a call out that has no
    other trunk.
    """
    for other in others:
        if other.recovery.done:
            for channel in await _leading(other, lost):
                known = index.channel(channel.id)
                leg, call = (None, None) if known is None else (known.find(), known.call())
                rings = leg is not None and leg.state is LegState.RINGING
                if rings and leg is not None and (leg.agent is not None or _goes_on(leg, call)):
                    _cut(other, channel, index)


async def end_cut_off(lost: Node, others: Iterable[Node], index: Index) -> None:
    """As long as `lost` is not reached: where it is dead, end what each of the others has of it."""
    await asyncio.gather(*(_end_cut_off(lost, other, index) for other in others if other.recovery.done))


async def _end_cut_off(lost: Node, other: Node, index: Index) -> None:
    while lost.state == "lost" and await _leading(other, lost) and await other.ask_after(lost.id):
        await asyncio.sleep(_STRAGGLERS)
        before = {one.id: await other.packets(one.id) for one in await _leading(other, lost)}
        await asyncio.sleep(_SILENT)
        dead = await other.misses(lost.id)
        for channel in await _leading(other, lost) if dead else ():
            came = await other.packets(channel.id)
            if lost.state == "lost" and before.get(channel.id, came + 1) == came:
                log.warning("half of a call is cut off", node=other.id, other=lost.id, channel=channel.id)
                _cut(other, channel, index)


async def _end(node: Node, other: Node, index: Index) -> None:
    """The channels of `node` that lead to an `other` which has forgotten them."""
    started = other.recovery.started
    if started is None:
        return
    for channel in await _leading(node, other):
        if channel.created < started:
            log.warning("the other half of a call is gone", node=node.id, other=other.id, channel=channel.id)
            _cut(node, channel, index)


async def _leading(node: Node, to: Node) -> list[wire.Channel]:
    """The channels of `node` whose other half is there."""
    return [one for one in await node.channels() if names.node_of(names.endpoint_of(one.name)) == to.id]


def _cut(node: Node, channel: wire.Channel, index: Index) -> None:
    known = index.channel(channel.id)
    leg = None if known is None else known.find()
    if known is not None and leg is not None:
        if _goes_on(leg, known.call()):
            known.box.take(inputs.LegEnded(leg.id, _CONGESTION, elsewhere=True))
        else:
            known.box.take(inputs.LegEnded(leg.id, why=PLATFORM_FAILURE))
    node.hang_up(channel.id)


def _goes_on(leg: Leg, call: Call | None) -> bool:
    """Whether this is a try over a trunk, and something is left to do instead: a call that an agent makes ends with the
    last trunk of its line; others have their next step, their way back, or are tried again."""
    if call is None or leg.line is None or leg.state is not LegState.RINGING:
        return False
    return call.place is not Place.DIALLING or call.tries < len(call.destination.trunks)
