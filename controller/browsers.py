"""Begins and ends the sessions of agents' browsers, by command of the api."""

from __future__ import annotations

import asyncio

from asterisk.endpoints import BROWSER
from bus.commands import ClosePhone, CommandAccepted, OpenPhone, Outcome
from controller.mailbox import Mailbox
from controller.node import Node
from controller.switchboard import Switchboard
from kernel.refusal import Code, Refused


async def session(board: Switchboard, box: Mailbox, order: OpenPhone | ClosePhone) -> Outcome | None:
    """A browser's session begins or ends; None: Asterisk could not be told."""
    agent = box.floor.agents.get(order.agent)
    if agent is None:
        return Refused(Code.UNKNOWN_AGENT, params=(("agent", order.agent),))
    name = agent.config.endpoint + BROWSER
    # It may register at any node that is reached; one that is not learns of the session when it is recovered.
    told = await asyncio.gather(*(_tell(node, name, order) for node in board.nodes.values()))
    return CommandAccepted(box.floor.seq) if any(told) else None


async def _tell(node: Node, name: str, order: OpenPhone | ClosePhone) -> bool:
    if isinstance(order, OpenPhone):
        return await node.phones.open(name, order.session, order.secret)
    return await node.phones.close(name, order.session)
