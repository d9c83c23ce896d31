"""Takes in the calls that agents make, from their phones or by order; the other party's number is sealed at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import structlog

from acd import inputs
from acd.facts import Body, CallStarted, PartyInvited
from acd.model import Call, Destination, Direction, Floor, Leg, Place
from acd.talking import park
from asterisk import bridges, channels, names, reading, wire
from asterisk.channels import Cause
from asterisk.request import Done
from bus.commands import Invite, PlaceCall
from controller import journal
from controller.clock import Clock
from controller.destinations import Destinations, Wanted
from controller.dialler import TRUNK, Dialler
from controller.index import Index
from controller.journal import Journal
from controller.leases import CallerLeases
from controller.living import Living
from controller.mailbox import Mailbox
from controller.ports import Ari
from kernel.fact import Fact
from kernel.ids import AgentId, CallId, CommandId, LegId, NodeId, PersonalId, TrunkName, call_id, derive
from kernel.refusal import Refused
from store.personal import Sealer

log = structlog.get_logger()
CALLEE: Final = "callee"


class Dialling:
    """`room`: whether the disk takes the facts of another call; an emergency call is let in all the same."""

    def __init__(
        self,
        ari: Ari,
        node: NodeId,
        index: Index,
        destinations: Destinations,
        dialler: Dialler,
        leases: CallerLeases,
        book: Journal,
        sealer: Sealer,
        clock: Clock,
        room: Callable[[], bool],
    ) -> None:
        self._ari = ari
        self._node = node
        self._index = index
        self._destinations = destinations
        self._dialler = dialler
        self._leases = leases
        self._journal = book
        self._sealer = sealer
        self._clock = clock
        self._room = room
        self._ordered: tuple[CallId, PersonalId, Wanted] | None = None
        """The call that an order is beginning now, and whose number is sealed once it has begun."""
        self._invited: tuple[PersonalId, Wanted] | None = None
        """Who is being invited by an order now; his number is sealed once he is."""

    def dialled(self, channel: wire.Channel, text: str) -> None:
        """An agent's phone dialled `text`; a channel we know has come back."""
        known = self._index.channel(channel.id)
        call = None if known is None else known.call()
        if call is not None:
            self._dialler.go_on(call, channel.id)
            return
        found = self._index.agent_at(names.endpoint_of(channel.name))
        if found is None:
            log.info("a phone of nobody dialled", channel=channel.id)
            self._ari.post(channels.hangup(channel.id, Cause.REJECTED))
            return
        box, agent = found
        if park.parked_at(box.floor, text) is not None and park.may_pick_up(box.floor.agents.get(agent)):
            self._pick_up(box, agent, channel, text)
            return
        wanted = self._destinations.find(box.floor, agent, text)
        if not _urgent(wanted) and not self._room():
            self._ari.post(channels.hangup(channel.id, Cause.CONGESTION))
            return
        begun = call_id(self._node, channel.id, channel.created)
        to = self._keep(box, begun, wanted, channel.created)
        leg, mark = LegId(derive("leg", channel.created, begun, "own")), self._mark(box, wanted)
        self._leases.keep(channel.id)
        box.take(
            inputs.PhoneDialled(
                begun, leg, agent, self._node, channel.id, channel.created, wanted.shown, to, wanted.destination, mark
            )
        )
        _note_refusal(box, begun, agent, wanted)

    def _pick_up(self, box: Mailbox, agent: AgentId, channel: wire.Channel, place: str) -> None:
        """The phone dialled a park place where a call stands: it is that call's from here on.

        Legs of two nodes cannot hear each other: for a call of another node the phone is rung from there, as by order.
        """
        call = park.parked_at(box.floor, place)
        if call is not None and any(box.floor.legs[one].node != self._node for one in call.legs):
            self._ari.post(channels.hangup(channel.id, Cause.BUSY))
            command = CommandId(derive("cmd", channel.created, channel.id, "picked up"))
            box.take(inputs.PickUpCall(command, agent, place))
            return
        leg = LegId(derive("leg", channel.created, channel.id, "picked up"))
        self._leases.keep(channel.id)
        box.take(inputs.PhonePickedUp(place, agent, leg, self._node, channel.id, channel.created))
        if leg not in box.floor.legs:
            self._ari.post(channels.hangup(channel.id))

    def invite(self, box: Mailbox, order: Invite) -> Refused | int:
        """Somebody is to come into a call that talks: as `place`."""
        if order.command not in box.floor.outcomes:
            self._invite(box, order)
        outcome = box.floor.outcomes[order.command]
        return box.floor.seq if outcome is None else outcome

    def _invite(self, box: Mailbox, order: Invite) -> None:
        wanted = Wanted("", "", Destination())
        if order.queue is None:
            wanted = self._destinations.find(box.floor, order.agent, order.to, order.shown)
        to = PersonalId(derive("person", self._clock.now(), order.call, "invited", order.command))
        outside = isinstance(wanted.destination, Destination) and wanted.destination.line is not None
        self._dialler.know(to, wanted.number)
        self._invited = to, wanted
        box.take(
            inputs.InviteParty(
                order.command,
                order.agent,
                order.call,
                order.purpose,
                wanted.destination,
                to if outside else None,
                wanted.shown,
                order.queue,
                order.requirements,
                order.priority,
            )
        )
        self._invited = None
        if not outside or box.floor.outcomes[order.command] is not None:
            self._dialler.forget(to)
        _note_refusal(box, order.call, order.agent, wanted)

    def place(self, box: Mailbox, order: PlaceCall) -> Refused | int:
        """An ordered call: the refusal, or the seq of its last fact. The same order again has the same outcome."""
        if order.command not in box.floor.outcomes:
            self._begin(box, order)
        outcome = box.floor.outcomes[order.command]
        return box.floor.seq if outcome is None else outcome

    def _begin(self, box: Mailbox, order: PlaceCall) -> None:
        wanted = self._destinations.find(box.floor, order.agent, order.to, order.shown)
        to = _personal(order.call, self._clock.now())
        self._dialler.know(to, wanted.number)
        self._ordered = order.call, to, wanted
        box.take(
            inputs.CallOrdered(
                order.command,
                order.agent,
                order.call,
                self._node,
                wanted.shown,
                to,
                wanted.destination,
                self._mark(box, wanted),
            )
        )
        self._ordered = None
        if order.call not in box.floor.calls:
            self._dialler.forget(to)
        _note_refusal(box, order.call, order.agent, wanted)

    def told(self, box: Mailbox, facts: Sequence[Fact[Body]]) -> None:
        """Follow the facts of a floor: a number is sealed before anybody is called, and only if the call began."""
        for fact in facts:
            if self._ordered is not None and isinstance(fact.body, CallStarted) and fact.body.call == self._ordered[0]:
                self._seal(box, *self._ordered[1:])
            elif self._invited is not None and _names(fact.body, self._invited[0]):
                self._seal(box, *self._invited)

    def progressed(self, box: Mailbox, leg: Leg) -> None:
        """The network of the called sends sound before the answer."""
        self._dialler.progressed(box.floor, leg)

    def recall(self, floor: Floor, numbers: Mapping[PersonalId, str]) -> None:
        """The numbers that `unknown_numbers` asked for; one that is missing was erased."""
        for call in floor.calls.values():
            if call.caller in numbers and _may_be_called(call):
                self._dialler.recall(call, call.caller, numbers[call.caller])
            invited = None if call.invitation is None else call.invitation.to
            if invited is not None and invited in numbers:
                self._dialler.recall(call, invited, numbers[invited])
        for callback in floor.callbacks.values():
            if callback.to in numbers:
                self._dialler.keep(callback.id, callback.to, numbers[callback.to])

    async def recover(self, living: Living) -> None:
        """After a time without us: which channels stand on trunks, and who hears a network before the answer."""
        through = [one.id for one in living.channels.values() if names.node_of(names.endpoint_of(one.name)) is not None]
        answers = await asyncio.gather(*(self._ari.send(channels.get_variable(one, TRUNK)) for one in through))
        trunks = {
            one: TrunkName(reading.variable(answer))
            for one, answer in zip(through, answers, strict=True)
            if isinstance(answer, Done) and self._ours(one)
        }
        self._dialler.recount((one for one in living.channels.values() if self._ours(one.id)), trunks)
        for bridge in living.bridges:
            if names.is_early(bridge) and not self._still_early(bridge.removeprefix(names.EARLY)):
                self._ari.post(bridges.destroy(bridge))

    def _ours(self, channel: str) -> bool:
        return self._index.channel(channel) is not None

    def _still_early(self, channel: str) -> bool:
        known = self._index.channel(channel)
        leg, call = (None, None) if known is None else (known.find(), known.call())
        own = (
            None
            if known is None or call is None or call.caller_leg is None
            else known.box.floor.legs.get(call.caller_leg)
        )
        if leg is None or call is None or own is None or call.place is not Place.DIALLING:
            return False
        self._dialler.early.found(leg, own.channel)
        return True

    def _keep(self, box: Mailbox, call: CallId, wanted: Wanted, at: datetime) -> PersonalId:
        to = _personal(call, at)
        self._seal(box, to, wanted)
        self._dialler.know(to, wanted.number)
        return to

    def _mark(self, box: Mailbox, wanted: Wanted) -> str:
        """By which whoever is called outside is known again when he calls."""
        to = wanted.destination
        outside = isinstance(to, Destination) and to.line is not None and not to.emergency
        return self._sealer.mark(box.floor.tenant, wanted.number) if outside else ""

    def _seal(self, box: Mailbox, to: PersonalId, wanted: Wanted) -> None:
        tenant = box.floor.tenant
        self._journal.keep(journal.Personal(tenant, to, self._sealer.seal(tenant, to, wanted.number)))


def unknown_numbers(floor: Floor) -> list[PersonalId]:
    """Whose numbers a floor that was rebuilt needs, for tries that may still come: of calls out, of callers who may ask
    to be called back, and of those who have."""
    calls = [call.caller for call in floor.calls.values() if _may_be_called(call)]
    invited = [call.invitation.to for call in floor.calls.values() if call.invitation is not None]
    return [*calls, *(to for to in invited if to is not None), *(callback.to for callback in floor.callbacks.values())]


def _may_be_called(call: Call) -> bool:
    if call.direction is Direction.INBOUND:
        return call.mark != ""
    return call.direction is Direction.OUTBOUND and call.place is Place.DIALLING


def _names(body: Body, to: PersonalId) -> bool:
    return isinstance(body, PartyInvited) and body.invitation.to == to


def _personal(call: CallId, at: datetime) -> PersonalId:
    return PersonalId(derive("person", at, call, CALLEE))


def _urgent(wanted: Wanted) -> bool:
    return isinstance(wanted.destination, Destination) and wanted.destination.emergency


def _note_refusal(box: Mailbox, call: CallId, agent: str, wanted: Wanted) -> None:
    """Rules about the number are written down for whoever watches for fraud and emergencies; the number never is."""
    no = wanted.destination
    if isinstance(no, Refused):
        log.warning("a call out was refused", tenant=box.floor.tenant, call=call, agent=agent, reason=no.code)
