"""Turns what Asterisk tells into words of the domain and hands each to the floor it concerns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Final

import structlog

from acd import inputs
from acd.calls import PLATFORM_FAILURE
from acd.inputs import Input
from acd.model import Party
from asterisk import channels, names, wire
from asterisk.channels import Cause
from asterisk.endpoints import desk
from asterisk.wire import ChannelState
from controller.callers import Callers
from controller.dialling import Dialling
from controller.fault import Point, Step
from controller.index import Index, Known
from controller.perform import Performer
from controller.ports import Ari
from kernel.ids import LegId, NodeId, PlaybackId
from numbering import lines
from numbering.lines import Verdict

log = structlog.get_logger()
_CHANNEL: Final = "channel:"
_NO_SOUND: Final = 44
"""Q.850: requested channel not available: with which Asterisk ends a channel whose sound's limit is over."""


class Dispatch:
    """The listener of a node's ARI socket.

    `left` is told of a channel that left Stasis though it has not ended, `contact` of what an endpoint's contact does,
    `registered` of an endpoint that can be rung, or cannot any more. `settled`: whether the node is recovered, so that
    what it tells happens now.
    """

    def __init__(
        self,
        ari: Ari,
        node: NodeId,
        index: Index,
        callers: Callers,
        performer: Performer,
        dialling: Dialling,
        left: Callable[[wire.Channel], None],
        returned: Callable[[str], None],
        point: Point,
        contact: Callable[[str, str], None],
        registered: Callable[[str, bool], None],
        settled: Callable[[], bool],
    ) -> None:
        self._ari = ari
        self._node = node
        self._index = index
        self._callers = callers
        self._performer = performer
        self._dialling = dialling
        self._left = left
        self._returned = returned
        self._point = point
        self._contact = contact
        self._registered = registered
        self._settled = settled
        self._hanging_up: set[str] = set()
        self.ignored: Counter[str] = Counter()
        """Events that concern nobody, by kind: counted, never an error."""

    def heard(self, event: wire.Event) -> None:
        """Take one event; returns at once."""
        self._point(Step.EVENT_READ)
        match event:
            case wire.StasisStart(channel, args):
                self._started(channel, args)
            case wire.ChannelStateChange(channel):
                if channel.state is ChannelState.UP:
                    self._about_leg(channel.id, inputs.LegAnswered)
                elif channel.state is ChannelState.RINGING:
                    self._alerts(channel.id)
            case wire.Dial(peer, _, "PROGRESS"):
                self._progressed(peer.id)
            case wire.ChannelHold(channel):
                self._about_leg(channel.id, inputs.LegHeld)
            case wire.ChannelUnhold(channel):
                self._about_leg(channel.id, inputs.LegUnheld)
            case wire.ChannelHangupRequest(channel, _, cause, soft):
                self._ending(channel, cause or 0, soft)
            case wire.ChannelDestroyed(channel, _, cause, _, sip):
                self._ended(channel.id, cause, sip, PLATFORM_FAILURE if _silenced(channel, cause) else "hung_up")
                self._prepared_gone(channel.id)
                self._returned(channel.id)
                if names.is_spy(channel.id):
                    self._performer.eavesdrop.ended(channel.id)
            case wire.StasisEnd(channel):
                self._out(channel)
            case wire.PlaybackFinished(playback, target, failed):
                self._played(playback, target, failed)
            case wire.ChannelDtmfReceived(channel, digit):
                self._pressed(channel.id, digit)
            case wire.ContactStatusChange(resource, _, status):
                self._contact(resource, status)
                self._moved(resource)
            case wire.PeerStatusChange(_, resource, status):
                self.line(resource, status == "Reachable", fresh=self._settled())
            case wire.ApplicationReplaced():
                log.warning("another controller has taken this application over")
            case wire.Garbled(why, size):
                log.error("an event could not be read", why=why, size=size)
            case _:
                self.ignored[type(event).__name__] += 1

    def line(self, endpoint: str, up: bool, *, fresh: bool = False) -> None:
        """An endpoint's registration or its end; `fresh`: told of as it happened."""
        self._registered(endpoint, up)
        moved = self._index.lines.seen(endpoint, up, self._node, fresh=fresh)
        for box, agent in self._index.rung_at(endpoint):
            if moved:
                # What was made ahead would ring the phone he has left.
                box.take(inputs.PhoneMoved(agent))
            box.take(inputs.LineSeen(agent, self._index.lines.stands(desk(endpoint))))

    def _moved(self, endpoint: str) -> None:
        for box, agent in self._index.rung_at(endpoint):
            box.take(inputs.PhoneMoved(agent))

    def _started(self, channel: wire.Channel, args: tuple[str, ...]) -> None:
        known = self._index.channel(channel.id)
        self._point(Step.DISPATCHED)
        if names.is_leg(channel.id):
            self._created(channel, known)
            return
        if names.is_spy(channel.id):
            self._performer.eavesdrop.stands(channel.id)
            return
        match args:
            case ("arrived" | "returned" as how, number):
                self._callers.came(channel, number, returned=how == "returned")
                self._returned(channel.id)
            case ("dialled", number):
                self._dialling.dialled(channel, number)
            case _:
                log.info("a channel came with words that nobody says", channel=channel.id)
                self._ari.post(channels.hangup(channel.id, Cause.REJECTED))

    def _created(self, channel: wire.Channel, known: Known | None) -> None:
        """A channel of ours stands: dial it, keep it for the next offer, or end it when nobody wants it any more."""
        prepared = self._index.prepared.get(channel.id)
        if known is not None:
            self._performer.dial(known.box, known.leg, channel.protocol_id)
        elif prepared is not None:
            box, agent = prepared
            box.take(inputs.LegReady(agent, channel.id))
        else:
            self._ari.post(channels.hangup(channel.id))

    def _about_leg(self, channel: str, word: Callable[[LegId], Input]) -> None:
        known = self._index.channel(channel)
        if known is None:
            self.ignored["LegOfNobody"] += 1
            return
        self._point(Step.TRANSLATED)
        known.box.take(word(known.leg))

    def _ending(self, channel: wire.Channel, cause: int, soft: bool) -> None:
        """A party that hung up is free at once. A soft request is our own coming back: no BYE has been sent yet
        (docs/decisions/0004); and a phone that refuses has its cause only in ChannelDestroyed."""
        if not soft and (channel.state is ChannelState.UP or not names.is_leg(channel.id)):
            self._ended(channel.id, cause)
        elif not names.is_leg(channel.id) and self._index.channel(channel.id) is not None:
            self._hanging_up.add(channel.id)

    def _out(self, channel: wire.Channel) -> None:
        """A channel left Stasis: ended when that was asked for before, else gone on in the dialplan.

        Of a leg ChannelDestroyed follows; of a caller nothing more comes (docs/asterisk-facts.md).
        """
        asked = channel.id in self._hanging_up
        self._hanging_up.discard(channel.id)
        if self._index.channel(channel.id) is None or names.is_leg(channel.id):
            return
        if asked:
            self._ended(channel.id, 0)
        else:
            self._left(channel)

    def _prepared_gone(self, channel: str) -> None:
        prepared = self._index.prepared.get(channel)
        if prepared is not None:
            box, agent = prepared
            box.take(inputs.PreparedGone(agent, channel))

    def _alerts(self, channel: str) -> None:
        """Only who was called by an agent is told to him: of an offer the floor needs no ringing."""
        known = self._index.channel(channel)
        leg = None if known is None else known.find()
        if known is not None and leg is not None and leg.party is Party.CALLEE:
            known.box.take(inputs.LegAlerts(leg.id))

    def _progressed(self, channel: str) -> None:
        """Of a network's sound the floor needs nothing: it is heard, and changes nothing."""
        known = self._index.channel(channel)
        leg = None if known is None else known.find()
        if known is not None and leg is not None and leg.party is Party.CALLEE:
            self._dialling.progressed(known.box, leg)

    def _ended(self, channel: str, cause: int, sip: int | None = None, why: str = "hung_up") -> None:
        known = self._index.channel(channel)
        if known is not None:
            self._point(Step.TRANSLATED)
            elsewhere = lines.after(sip) is Verdict.NEXT
            known.box.take(inputs.LegEnded(known.leg, cause, why, sip=sip, elsewhere=elsewhere))

    def _pressed(self, channel: str, digit: str) -> None:
        """A key of a caller; what an agent presses goes to the caller as sound and concerns nobody here."""
        known = self._index.channel(channel)
        leg = None if known is None else known.find()
        if known is None or leg is None:
            self.ignored["LegOfNobody"] += 1
        elif leg.party is Party.CALLER:
            known.box.take(inputs.DigitPressed(leg.call, digit))

    def _played(self, playback: str, target: str, failed: bool) -> None:
        """A whisper that broke off was not heard: the agent is hanging up, and the end of his leg says so."""
        known = self._index.channel(target.removeprefix(_CHANNEL))
        leg = None if known is None else known.find()
        if known is None or leg is None:
            return
        agent = None if leg.agent is None else known.box.floor.agents.get(leg.agent)
        if not failed or agent is None or agent.whisper != playback:
            known.box.take(inputs.PlaybackEnded(leg.call, PlaybackId(playback)))


def _silenced(channel: wire.Channel, cause: int) -> bool:
    """Whether a talk through another node ended because no sound came from there for the whole limit: nobody has hung
    up."""
    through = names.node_of(names.endpoint_of(channel.name)) is not None
    return through and channel.state is ChannelState.UP and cause == _NO_SOUND
