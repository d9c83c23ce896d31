"""Begins and ends the sessions of agents' browsers, by command of the api."""

from __future__ import annotations

from asterisk.endpoints import BROWSER
from bus.commands import ClosePhone, CommandAccepted, OpenPhone, Outcome
from controller.mailbox import Mailbox
from controller.switchboard import Switchboard
from kernel.refusal import Code, Refused


async def session(board: Switchboard, box: Mailbox, order: OpenPhone | ClosePhone) -> Outcome | None:
    """A browser's session begins or ends; None: Asterisk could not be told."""
    agent = box.floor.agents.get(order.agent)
    if agent is None:
        return Refused(Code.UNKNOWN_AGENT, params=(("agent", order.agent),))
    name = agent.config.endpoint + BROWSER
    if isinstance(order, OpenPhone):
        done = await board.phones.open(name, order.session, order.secret)
    else:
        done = await board.phones.close(name, order.session)
    return CommandAccepted(box.floor.seq) if done else None
