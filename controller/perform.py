"""Carries effects out: each becomes the ARI requests it stands for, and failure comes back as an input."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Final

from acd import effects, inputs
from acd.effects import Effect
from acd.model import Direction, Leg, Party, Place
from acd.offers import offer_on
from asterisk import bridges, channels, names, playbacks
from asterisk.channels import Cause
from asterisk.request import Answer, Done, Gone, Rejected, Unreachable
from controller.alarms import Alarms
from controller.dialler import RINGING, TRUNK_CODECS, Dialler
from controller.eavesdrop import Eavesdrop
from controller.fault import Point, Step
from controller.flows import Flows
from controller.leases import CallerLeases
from controller.mailbox import Mailbox
from controller.ports import Ari
from controller.recorder import Recorder
from controller.sayings import Sayings
from controller.talks import Talks, is_invited
from controller.waits_out import WaitsOut
from controller.ways import Ways
from ivr.prompts import wait_prompt
from kernel.ids import ConversationId, LegId, OfferId

PREPARED: Final = "prepared"
"""As RINGING, of a channel made ahead of its offer."""
SPOKEN_POSITIONS: Final = 20
_CAUSES: Final = {
    "normal": Cause.NORMAL,
    "no_answer": Cause.NO_ANSWER,
    "busy": Cause.BUSY,
    "answered_elsewhere": Cause.ANSWERED_ELSEWHERE,
}


class Performer:
    """Knows which request an effect is. Requests leave in the order of the effects, on one socket.

    `ways`: what to dial for a person from here.
    """

    def __init__(
        self,
        ari: Ari,
        app: str,
        prompts: Path,
        flows: Flows,
        recorder: Recorder,
        leases: CallerLeases,
        point: Point,
        ways: Ways,
        dialler: Dialler,
        alarms: Alarms,
        waits_out: WaitsOut,
        sayings: Sayings,
        eavesdrop: Eavesdrop,
    ) -> None:
        self._ari = ari
        self._app = app
        self._prompts = prompts
        self._flows = flows
        self._recorder = recorder
        self._leases = leases
        self._point = point
        self._ways = ways
        self._dialler = dialler
        self.talks = Talks(ari, app, ways, dialler)
        self._alarms = alarms
        self._waits_out = waits_out
        self._sayings = sayings
        self.eavesdrop = eavesdrop

    def perform(self, box: Mailbox, effect: Effect) -> None:
        """Carry out one effect of this floor."""
        match effect:
            case effects.RingAgent():
                self._ring(box, effect)
            case effects.PrepareLeg():
                self._prepare(box, effect)
            case effects.ReleaseLeg(_, channel):
                self._ari.post(channels.hangup(channel))
            case effects.AnswerCaller(_, channel):
                self._ari.post(channels.answer(channel))
            case effects.Connect(conversation, _, members):
                self._connect(box, conversation, members)
            case effects.Disconnect(conversation):
                self._ari.post(bridges.destroy(conversation))
                self._point(Step.CALL_OVER)
            case effects.HangUp(leg, _, channel, reason, sip):
                self.hang_up(box, leg, channel, _CAUSES[reason] if sip is None else channels.cause_for(sip))
            case effects.StartMusic(_, channel, music):
                self._leases.keep(channel)
                self._ari.post(channels.moh_start(channel, music))
            case effects.StopMusic(_, channel):
                self._ari.post(channels.moh_stop(channel))
            case effects.AnnouncePosition():
                self._announce(box, effect)
            case effects.StopPlayback(_, playback):
                self._ari.post(playbacks.stop(playback))
            case effects.StartRecording(recording, _, channel):
                self._recorder.start(recording, channel)
            case effects.StopRecording(recording, _, channel):
                self._recorder.stop(recording, channel)
            case effects.SayPrompt():
                self._sayings.say(box, effect)
            case effects.RingSupervisor() | effects.Spy() | effects.EndSpying():
                self.eavesdrop.perform(box, effect)
            case effects.SetTimer():
                self._alarms.set(box, effect)
            case effects.EnterFlow(call, _, returned):
                self._flows.enter(box, call, returned)
            case effects.ContinueFlow(call, happened, digit):
                self._flows.go_on(box, call, happened, digit)
            case effects.PlayToCaller() | effects.FindWay() | effects.FindWayBack() | effects.FindCallbackWay():
                self._waits_out.perform(box, effect)
            case _:
                self.talks.perform(box, effect)

    def hang_up(self, box: Mailbox, leg: LegId, channel: str, cause: int = Cause.NORMAL) -> None:
        """End a channel; when it is gone already, its end is told here, since no event may come."""
        self._leases.forget(channel)

        def failed(answer: Answer) -> None:
            if isinstance(answer, Gone):
                box.take(inputs.LegEnded(leg, why="gone"))

        self._ari.post(channels.hangup(channel, cause), failed)

    def dial(self, box: Mailbox, leg_id: LegId, sip_call: str) -> None:
        """The channel of a running offer, or of a call out, stands in Stasis: send its INVITE (Call-ID `sip_call`)."""
        leg = box.floor.legs[leg_id]
        call = box.floor.calls[leg.call]
        if leg.party is Party.SUPERVISOR:
            self.eavesdrop.dial(leg.channel)
            return
        if is_invited(call, leg):
            self.talks.created(leg, box)
            return
        offer = offer_on(box.floor, leg)
        if offer is None and (call.direction is not Direction.INBOUND or call.place is Place.OVERFLOW):
            self._dialler.created(box, leg, sip_call)
            return
        caller = None if call.caller_leg is None else box.floor.legs.get(call.caller_leg)
        if caller is None or offer is None:
            self._ari.post(channels.hangup(leg.channel))
        else:
            self._dial(box, offer.id, leg.channel, caller.channel)

    def call_again(self, box: Mailbox, leg: Leg) -> None:
        """Whoever is called by an agent was not asked for yet: do it now."""
        call = box.floor.calls[leg.call]
        if is_invited(call, leg):
            self.talks.again(box, call)
        else:
            self._dialler.again(box, leg)

    def _dial(self, box: Mailbox, offer: OfferId, channel: str, caller: str) -> None:
        told = self._offer_failed(box, offer)

        def failed(answer: Answer) -> None:
            # The floor forgets a leg that never rang; its channel must not stay behind.
            self._ari.post(channels.hangup(channel))
            told(answer)

        self._ari.post(channels.dial(channel, caller=caller), failed)

    def _ring(self, box: Mailbox, effect: effects.RingAgent) -> None:
        if effect.prepared:
            self._dial(box, effect.offer, effect.channel, effect.caller_channel)
            return
        request = channels.create(
            effect.channel, self._ways.to(effect.endpoint), self._app, RINGING, originator=effect.caller_channel
        )
        self._ari.post(request, self._offer_failed(box, effect.offer))

    def _prepare(self, box: Mailbox, effect: effects.PrepareLeg) -> None:
        def failed(_answer: Answer) -> None:
            box.take(inputs.PreparedGone(effect.agent, effect.channel))

        request = channels.create(
            effect.channel, self._ways.to(effect.endpoint), self._app, PREPARED, formats=TRUNK_CODECS
        )
        self._ari.post(request, failed)

    def _offer_failed(self, box: Mailbox, offer: OfferId) -> Callable[[Answer], None]:
        def failed(answer: Answer) -> None:
            match answer:
                case Rejected(status):
                    box.take(inputs.OfferFailed(offer, f"rejected_{status}"))
                case Gone():
                    box.take(inputs.OfferFailed(offer, "gone"))
                case Unreachable():
                    # The socket died: whether it rings is seen when recovery looks at what lives in Asterisk.
                    return

        return failed

    def _connect(self, box: Mailbox, conversation: ConversationId, members: tuple[str, ...]) -> None:
        for member in members:
            (self._leases.limit if names.is_leg(member) else self._leases.lift)(member)
        self._ari.post(bridges.create(conversation))
        self._add(box, conversation, members)
        self._dialler.early.over(members)
        self._point(Step.CONNECTED)

    def _add(self, box: Mailbox, conversation: ConversationId, members: tuple[str, ...]) -> None:
        """Phones that still ring for the call are told to stop when Asterisk has said that the two are together."""
        known = box.floor.conversations.get(conversation)
        if known is None or not box.floor.calls[known.call].offered:
            self._ari.post(bridges.add(conversation, members))
            return

        def told(answer: asyncio.Future[Answer]) -> None:
            if not answer.cancelled() and isinstance(answer.result(), Done):
                box.take(inputs.ConversationStood(conversation))

        self._ari.send(bridges.add(conversation, members)).add_done_callback(told)

    def _announce(self, box: Mailbox, effect: effects.AnnouncePosition) -> None:
        spoken = str(effect.position) if effect.position <= SPOKEN_POSITIONS else "many"
        said = [f"position-{spoken}"] + ([] if effect.wait is None else [wait_prompt(effect.wait)])
        media = tuple(f"sound:{self._prompts / name}" for name in said)

        def failed(answer: Answer) -> None:
            # As in flows: the end of who is gone is on its way, and after a cut recovery asks whether it still plays.
            if isinstance(answer, Rejected):
                box.take(inputs.PlaybackEnded(effect.call, effect.playback))

        self._ari.post(playbacks.play(effect.channel, effect.playback, media), failed)
