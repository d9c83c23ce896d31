"""Brings one floor and what lives in Asterisk together: Asterisk is right about channels, the floor about calls."""

from __future__ import annotations

from acd import inputs
from acd.calls import PLATFORM_FAILURE
from acd.model import Call, Direction, Leg, LegState, Party, Place
from acd.offers import offer_on
from asterisk import channels, names, playbacks, reading, wire
from asterisk.request import Done, Gone
from asterisk.wire import ChannelState
from controller.callers import Callers
from controller.dialler import TRIED
from controller.leases import CallerLeases
from controller.living import Living
from controller.mailbox import Mailbox
from controller.perform import Performer
from controller.policy import Policy
from controller.ports import Ari
from controller.recorder import ID_VARIABLE, Recorder
from controller.talks import RUNG, is_invited
from kernel.ids import NodeId, PlaybackId

STASIS = "Stasis"


class Reconciler:
    """After a restart or a cut of the socket: notes what happened meanwhile on this node and does again what may be
    missing."""

    def __init__(
        self,
        node: NodeId,
        ari: Ari,
        callers: Callers,
        performer: Performer,
        recorder: Recorder,
        leases: CallerLeases,
        policy: Policy,
    ) -> None:
        self._node = node
        self._ari = ari
        self._callers = callers
        self._performer = performer
        self._recorder = recorder
        self._leases = leases
        self._policy = policy

    async def agree(self, box: Mailbox, living: Living) -> None:
        """First who is gone, then who answered, then each call that is left goes on from its place."""
        # Renewed before anything else: nobody may fall to the fallback while we are looking.
        self._hold(box, living)
        # Who called comes before whom he called: where both are gone nobody is to be called once more.
        for leg in sorted(self._legs(box), key=lambda leg: leg.party is Party.CALLEE):
            if leg.channel not in living.known or leg.channel in living.channels or leg.id not in box.floor.legs:
                continue
            if await self._never_asked_for(box, leg, living):
                self._performer.call_again(box, leg)
            else:
                failed = leg.started < living.started
                box.take(_gone(leg, PLATFORM_FAILURE if failed else "gone"))
        for leg in self._legs(box):
            if leg.channel in living.channels:
                await self._note(box, leg, living)
        self._keep_prepared(box, living)
        for call in list(box.floor.calls.values()):
            await self._go_on(box, call, living)

    def _legs(self, box: Mailbox) -> list[Leg]:
        return [leg for leg in box.floor.legs.values() if leg.node == self._node]

    async def _never_asked_for(self, box: Mailbox, leg: Leg, living: Living) -> bool:
        """Whether the facts alone know of this other party: we died before Asterisk was asked for the channel."""
        call = box.floor.calls[leg.call]
        own = None if call.caller_leg is None else box.floor.legs.get(call.caller_leg)
        if is_invited(call, leg):
            beside = None if call.conversation is None else box.floor.conversations[call.conversation]
            own = None if beside is None else box.floor.legs[min(beside.legs)]
        elif leg.party is not Party.CALLEE or call.place is not Place.DIALLING:
            return False
        if own is None:
            return False
        if own.channel not in living.channels:
            return False
        answer = await self._ari.send(channels.get_variable(own.channel, TRIED))
        asked_for = reading.variable(answer) if isinstance(answer, Done) else ""
        return asked_for != leg.id and leg.id in box.floor.legs and own.id in box.floor.legs

    def _hold(self, box: Mailbox, living: Living) -> None:
        for leg in box.floor.legs.values():
            if leg.channel in living.channels and living.channels[leg.channel].app_name == STASIS:
                if leg.conversation is not None:
                    self._leases.lift(leg.channel)
                elif not names.is_leg(leg.channel):
                    self._leases.hold(leg.channel)

    async def _note(self, box: Mailbox, leg: Leg, living: Living) -> None:
        """Answers that came while nobody listened, and phones that may not have been rung yet."""
        channel = living.channels[leg.channel]
        call = box.floor.calls.get(leg.call)
        if call is None or leg.id not in box.floor.legs:
            return
        if call.place is Place.ENDING or leg.party is Party.SUPERVISOR:
            # Who listened in is let go: through what he heard, and whether, nobody can tell any more.
            self._performer.hang_up(box, leg.id, leg.channel)
        elif leg.state is LegState.RINGING and channel.state is ChannelState.UP:
            box.take(inputs.LegAnswered(leg.id))
        elif is_invited(call, leg):
            await self._invited(box, leg, channel)
        elif call.place is Place.TALKING:
            # Who is in no talk and is not awaited was to be hung up; that is said again with the rest of it.
            return
        elif call.direction is not Direction.INBOUND and call.place is Place.DIALLING:
            self._dialling(box, leg, call, channel)
        elif leg.party is Party.AGENT and leg.state is LegState.RINGING:
            self._ringing(box, leg, call, channel, living)

    def _ringing(self, box: Mailbox, leg: Leg, call: Call, channel: wire.Channel, living: Living) -> None:
        """The leg of a running offer: one that has been dialled goes on ringing, one that has not is dialled now."""
        offer = offer_on(box.floor, leg)
        if offer is None:
            self._performer.hang_up(box, leg.id, leg.channel)
        elif channel.state is ChannelState.DOWN and not channel.connected_number:
            if _has_number(box, call, living):
                self._performer.dial(box, leg.id, channel.protocol_id)
            else:
                # Nobody can tell whether this phone was rung: dialling twice would end it, so it is offered anew.
                self._ari.post(channels.hangup(channel.id))
                box.take(inputs.OfferFailed(offer.id, "interrupted"))

    async def _invited(self, box: Mailbox, leg: Leg, channel: wire.Channel) -> None:
        """Who is being rung for a talk goes on being rung, and who was not rung yet is rung now. Of a telephone that
        was to ring and says nothing nobody can tell whether it does, and ringing it twice would end it: so this try is
        over, and the next one is rung or the call goes back."""
        if channel.state is not ChannelState.DOWN:
            return
        rung = isinstance(await self._ari.send(channels.get_variable(channel.id, RUNG)), Done)
        if leg.id not in box.floor.legs:
            return
        if rung:
            self._ari.post(channels.hangup(channel.id))
            box.take(_gone(leg, "gone"))
        else:
            self._performer.dial(box, leg.id, channel.protocol_id)

    def _dialling(self, box: Mailbox, leg: Leg, call: Call, channel: wire.Channel) -> None:
        """A call out that does not talk yet: whose telephone rings goes on, who was not called yet is called now."""
        if leg.state is LegState.UP or not names.is_leg(leg.channel):
            return
        if channel.state is ChannelState.RINGING:
            box.take(inputs.LegAlerts(leg.id))
        elif leg.party is Party.CALLEE and call.number and not channel.connected_number:
            self._performer.dial(box, leg.id, channel.protocol_id)
        elif leg.party is Party.AGENT or not call.number:
            # Nobody can tell whether it was dialled: dialling twice would end it.
            self._ari.post(channels.hangup(channel.id))
            box.take(_gone(leg, "gone"))

    def _keep_prepared(self, box: Mailbox, living: Living) -> None:
        """Channels made ahead that stand undialled can be used; others are let go."""
        for agent in list(box.floor.agents.values()):
            if agent.prepared is None or agent.prepared_on != self._node:
                continue
            found = living.channels.get(agent.prepared)
            if found is not None and found.state is ChannelState.DOWN:
                box.take(inputs.LegReady(agent.id, agent.prepared))
            else:
                self._ari.post(channels.hangup(agent.prepared))
                box.take(inputs.PreparedGone(agent.id, agent.prepared))

    async def _go_on(self, box: Mailbox, call: Call, living: Living) -> None:
        if call.place is Place.TALKING:
            await self._talk_again(box, call, living)
            return
        caller = None if call.caller_leg is None else box.floor.legs.get(call.caller_leg)
        found = None if caller is None else living.channels.get(caller.channel)
        if caller is None or found is None or found.app_name != STASIS:
            return
        if call.playback is not None and await self._is_over(call.playback):
            box.take(inputs.PlaybackEnded(call.id, call.playback))
        if call.id in box.floor.calls:
            self._callers.go_on(box, call, caller.channel)

    async def _is_over(self, playback: PlaybackId) -> bool:
        return isinstance(await self._ari.send(playbacks.get(playback)), Gone)

    async def _talk_again(self, box: Mailbox, call: Call, living: Living) -> None:
        """The bridges, holds and recording that the facts promise: made again if the crash came before they were."""
        if not any(leg.channel in living.channels for leg in self._legs(box) if leg.call == call.id):
            return
        if call.playback is not None and await self._is_over(call.playback):
            box.take(inputs.PlaybackEnded(call.id, call.playback))
        for leg in [box.floor.legs[one] for one in call.legs if one in box.floor.legs]:
            found = living.channels.get(leg.channel)
            if leg.conversation is not None and found is not None and found.state is ChannelState.RING:
                self._ari.post(channels.answer(found.id))
        for effect in self._performer.talks.restore(box, call, living):
            self._performer.perform(box, effect)
        if call.conversation is None:
            return
        if call.offered:
            # Others still ring: nobody came to tell them that it has been answered.
            box.take(inputs.ConversationStood(call.conversation))
        if call.recording is None:
            self._policy.talks(box, call.id)
        elif call.recorded_leg is not None:
            channel = box.floor.legs[call.recorded_leg].channel
            if not isinstance(await self._ari.send(channels.get_variable(channel, ID_VARIABLE)), Done):
                self._recorder.start(call.recording, channel)


def _gone(leg: Leg, why: str) -> inputs.LegEnded:
    """Of a try that ended while nobody listened the reason is not known; where the far end had not rung yet the next
    trunk is asked, rather than the call given up."""
    return inputs.LegEnded(leg.id, why=why, elsewhere=leg.party is Party.CALLEE and not leg.alerted)


def _has_number(box: Mailbox, call: Call, living: Living) -> bool:
    caller = None if call.caller_leg is None else box.floor.legs.get(call.caller_leg)
    found = None if caller is None else living.channels.get(caller.channel)
    return found is not None and bool(found.caller_number)
