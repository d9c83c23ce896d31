"""What facts do to talks: who is held and kept, invited and parked (part of `evolve`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from acd import facts
from acd.model import Floor, Parked, Purpose


def _held(floor: Floor, body: facts.LegHeld, at: datetime) -> None:
    leg = floor.legs[body.leg]
    leg.held, leg.held_by_order = at, body.ordered


def _unheld(floor: Floor, body: facts.LegUnheld, _at: datetime) -> None:
    leg = floor.legs[body.leg]
    leg.held, leg.held_by_order = None, False


def _kept(floor: Floor, body: facts.ConversationKept, at: datetime) -> None:
    leg = floor.legs[body.leg]
    leg.keeps, leg.held = body.conversation, at if body.held else None


def _taken(floor: Floor, body: facts.ConversationTaken, _at: datetime) -> None:
    leg = floor.legs[body.leg]
    leg.keeps = leg.held = None


def _parking(floor: Floor, body: facts.ParkingChanged, _at: datetime) -> None:
    floor.parking = body.parking


def _invited(floor: Floor, body: facts.PartyInvited, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.invitation = body.invitation
    call.invitations += 1


def _turned(floor: Floor, body: facts.InvitationTurned, _at: datetime) -> None:
    call = floor.calls[body.call]
    if call.invitation is not None:
        call.invitation = replace(call.invitation, purpose=Purpose.TRANSFER, by=None)


def _accepted(floor: Floor, body: facts.InvitationAccepted, _at: datetime) -> None:
    call = floor.calls[body.call]
    invitation, leg = call.invitation, floor.legs[body.leg]
    asked = None if invitation is None or invitation.queue is None else floor.queues.get(invitation.queue)
    if leg.agent is not None:
        leg.served_for = call.settings if asked is None else asked.config
    call.invitation = call.returns_to = None


def _ended(floor: Floor, body: facts.InvitationEnded, _at: datetime) -> None:
    floor.calls[body.call].invitation = None


def _call_turned(floor: Floor, body: facts.CallTurned, _at: datetime) -> None:
    floor.calls[body.call].caller_leg = body.leg


def _returns(floor: Floor, body: facts.CallReturns, _at: datetime) -> None:
    floor.calls[body.call].returns_to = body.agent


def _parked(floor: Floor, body: facts.CallParked, at: datetime) -> None:
    floor.calls[body.call].parked = Parked(body.place, body.agent, at, body.until)
    floor.parked[body.place] = body.call


def _unparked(floor: Floor, body: facts.CallUnparked, _at: datetime) -> None:
    call = floor.calls[body.call]
    call.parked = None
    del floor.parked[body.place]
    if body.leg is not None and body.leg in floor.legs:
        floor.legs[body.leg].served_for = call.settings


def _noted(_floor: Floor, _body: facts.CallTransferred, _at: datetime) -> None:
    """Nothing changes: what follows from it does; records read it."""


STEPS: Final[dict[type, Callable[[Floor, Any, datetime], None]]] = {
    facts.LegHeld: _held,
    facts.LegUnheld: _unheld,
    facts.ConversationKept: _kept,
    facts.ConversationTaken: _taken,
    facts.ParkingChanged: _parking,
    facts.PartyInvited: _invited,
    facts.InvitationTurned: _turned,
    facts.InvitationAccepted: _accepted,
    facts.InvitationEnded: _ended,
    facts.CallTurned: _call_turned,
    facts.CallReturns: _returns,
    facts.CallParked: _parked,
    facts.CallUnparked: _unparked,
    facts.CallTransferred: _noted,
}
