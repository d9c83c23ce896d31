"""A switch that exists in memory: channels ring, answer and end when a history says so, and report it later.

What it reports about one channel stays in order; reports about different channels may overtake each other.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from acd import effects
from acd.calls import PLATFORM_FAILURE
from acd.effects import Effect
from acd.inputs import (
    ConversationStood,
    Input,
    LegAlerts,
    LegAnswered,
    LegEnded,
    LegReady,
    OfferFailed,
    PlaybackEnded,
    PreparedGone,
)
from acd.model import Hearing
from kernel.ids import AgentId, CallId, LegId, PlaybackId

NORMAL_CLEARING = 16


@dataclass(slots=True)
class Channel:
    """One party's channel; `endpoint` is the phone that rings, or that `calls`; empty for somebody outside."""

    name: str
    leg: LegId
    call: CallId
    endpoint: str = ""
    up: bool = False
    bridge: str = ""
    calls: bool = False
    music: bool = False
    muted: bool = False
    tones: str = ""


@dataclass(slots=True)
class SimulatedSwitch:
    """`reports`: what has happened but was not told yet, by channel; `dying`: hang-ups asked for, not yet done.

    `broken`: endpoints that cannot be rung. `timers`: what is to be brought back at a moment.
    """

    channels: dict[str, Channel] = field(default_factory=dict)
    dying: list[str] = field(default_factory=list)
    reports: dict[str, deque[Input]] = field(default_factory=dict)
    playing: dict[PlaybackId, tuple[CallId, str]] = field(default_factory=dict)
    timers: dict[tuple[datetime, Input], None] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    bridges: dict[str, set[str]] = field(default_factory=dict)
    prepared: dict[str, str] = field(default_factory=dict)
    """Channels made ahead that have not been dialled, and the phones they lead to."""
    spies: dict[str, tuple[str, str, Hearing]] = field(default_factory=dict)
    """Through which channels somebody hears another one: his, the other one, and who hears him."""
    spied_among: dict[str, frozenset[str]] = field(default_factory=dict)
    """With whom the channel that is heard was together when that began: others are not heard through it."""

    def perform(self, effect: Effect) -> None:
        """Carry out one effect; what touches a channel that is gone changes nothing."""
        match effect:
            case effects.RingAgent():
                self._ring(effect)
            case effects.PrepareLeg():
                self._prepare(effect)
            case effects.ReleaseLeg():
                self.prepared.pop(effect.channel, None)
            case effects.HangUp():
                self._hang_up(effect)
            case effects.Connect():
                self._connect(effect)
            case effects.Disconnect():
                for name in self.bridges.pop(effect.conversation, set()):
                    if name in self.channels:
                        self.channels[name].bridge = ""
            case effects.AnnouncePosition() | effects.SayPrompt():
                self.play(effect.call, effect.channel, effect.playback)
            case effects.StopPlayback():
                self.finish_playback(effect.playback)
            case effects.Separate():
                self._leave_bridge(effect.channels)
            case effects.StartMusic(_, channel, _) | effects.StopMusic(_, channel) if channel in self.channels:
                self.channels[channel].music = isinstance(effect, effects.StartMusic)
            case effects.Mute(_, channel) | effects.Unmute(_, channel) if channel in self.channels:
                self.channels[channel].muted = isinstance(effect, effects.Mute)
            case effects.SendTones(_, channel, digits) if channel in self.channels:
                self.channels[channel].tones += digits
            case effects.RingPhone() | effects.DialInside() | effects.InviteInside() | effects.RingSupervisor():
                self._ring_for_call(effect)
            case effects.DialOut() | effects.InviteOutside():
                self._dial_out(effect)
            case effects.AnswerCaller(_, channel) if channel in self.channels:
                self.channels[channel].calls = False
                self.answer(channel)
            case effects.TellAgent() | effects.PlayToCaller():
                self.play(effect.call, effect.channel, effect.playback)
            case effects.Spy():
                if effect.target in self.channels and effect.channel in self.channels:
                    self.spies[effect.spy] = (effect.channel, effect.target, effect.hearing)
                    self.spied_among[effect.spy] = frozenset(self.beside(effect.target))
            case effects.EndSpying():
                self.spies.pop(effect.spy, None)
            case effects.SetTimer():
                self.timers[effect.at, effect.then] = None
            case _:
                return

    def caller_comes(self, name: str, leg: LegId, call: CallId) -> None:
        self.channels[name] = Channel(name, leg, call, up=True)

    def phone_calls(self, name: str, leg: LegId, call: CallId, endpoint: str) -> None:
        """A phone has dialled and waits."""
        self.channels[name] = Channel(name, leg, call, endpoint, calls=True)

    def alert(self, name: str) -> None:
        """The telephone of whom somebody called rings."""
        self._report(name, LegAlerts(self.channels[name].leg))

    def fail(self, name: str, cause: int, sip: int | None, elsewhere: bool) -> None:
        """Who was called is not reached."""
        leg = self.channels[name].leg
        self.end(name)
        self.reports[name].pop()
        self._report(name, LegEnded(leg, cause, sip=sip, elsewhere=elsewhere))

    def play(self, call: CallId, channel: str, playback: PlaybackId) -> None:
        """Play to a channel; when it is gone the playback is over at once."""
        self.playing[playback] = (call, channel)
        if channel not in self.channels:
            self.finish_playback(playback)

    def finish_playback(self, playback: PlaybackId) -> None:
        if playback in self.playing:
            call, channel = self.playing.pop(playback)
            self._report(channel, PlaybackEnded(call, playback))

    def answer(self, name: str) -> None:
        """The phone is picked up; it may be picked up while a hang-up is on its way."""
        channel = self.channels[name]
        if not channel.up:
            channel.up = True
            self._report(name, LegAnswered(channel.leg))

    def end(self, name: str, cause: int = NORMAL_CLEARING) -> None:
        """The channel ends: its playbacks first, then itself. Of a phone's own it is not told: it was not heard."""
        channel = self.channels.pop(name)
        if name in self.dying:
            self.dying.remove(name)
        for playback in [one for one, (_, place) in self.playing.items() if place == name]:
            if channel.endpoint:
                del self.playing[playback]
            else:
                self.finish_playback(playback)
        self.bridges.get(channel.bridge, set()).discard(name)
        for spy in [one for one, (_, target, _) in self.spies.items() if target == name]:
            del self.spies[spy]
        self._report(name, LegEnded(channel.leg, cause))

    def lose(self, name: str) -> None:
        """The node of whoever this channel leads to has died: it ends, and that is said."""
        leg = self.channels[name].leg
        self.end(name)
        self.reports[name].pop()
        self._report(name, LegEnded(leg, why=PLATFORM_FAILURE))

    def crash(self) -> None:
        """Asterisk dies: no channel, bridge or playback is left, and nothing is reported."""
        for everything in (self.channels, self.dying, self.reports, self.playing, self.bridges,
                           self.prepared, self.spies):  # fmt: skip
            everything.clear()

    def beside(self, name: str) -> set[str]:
        """Whom this channel hears."""
        return self.bridges.get(self.channels[name].bridge, set()) - {name}

    def ringing(self, endpoint: str) -> str | None:
        """The channel that rings this phone, or talks on it."""
        return next((name for name, one in self.channels.items() if endpoint and one.endpoint == endpoint), None)

    def due(self, now: datetime) -> list[tuple[datetime, Input]]:
        return [timer for timer in self.timers if timer[0] <= now]

    def _report(self, name: str, what: Input) -> None:
        self.reports.setdefault(name, deque()).append(what)

    def _ring(self, effect: effects.RingAgent) -> None:
        if effect.prepared and self.prepared.pop(effect.channel, None) is None:
            self._report(effect.channel, OfferFailed(effect.offer, "gone"))
        elif effect.endpoint in self.broken:
            self._report(effect.channel, OfferFailed(effect.offer, "rejected_400"))
        else:
            self.channels[effect.channel] = Channel(effect.channel, effect.leg, effect.call, effect.endpoint)

    def _ring_for_call(
        self, effect: effects.RingPhone | effects.DialInside | effects.InviteInside | effects.RingSupervisor
    ) -> None:
        if effect.endpoint in self.broken:
            self._report(effect.channel, LegEnded(effect.leg, 20))
        else:
            self.channels[effect.channel] = Channel(effect.channel, effect.leg, effect.call, effect.endpoint)

    def _dial_out(self, effect: effects.DialOut | effects.InviteOutside) -> None:
        if effect.trunk in self.broken:
            self._report(effect.channel, LegEnded(effect.leg, 34, elsewhere=True))
        else:
            self.channels[effect.channel] = Channel(effect.channel, effect.leg, effect.call)

    def _prepare(self, effect: effects.PrepareLeg) -> None:
        if effect.endpoint in self.broken:
            self._report(effect.channel, PreparedGone(effect.agent, effect.channel))
        else:
            self.prepared[effect.channel] = effect.endpoint
            self._report(effect.channel, LegReady(effect.agent, effect.channel))

    def _hang_up(self, effect: effects.HangUp) -> None:
        if effect.channel not in self.channels:
            self._report(effect.channel, LegEnded(effect.leg, why="gone"))
        elif effect.channel not in self.dying:
            self.dying.append(effect.channel)

    def _connect(self, effect: effects.Connect) -> None:
        present = {name for name in effect.channels if name in self.channels}
        self._leave_bridge(present)
        self.bridges.setdefault(effect.conversation, set()).update(present)
        self._report(effect.conversation, ConversationStood(effect.conversation))
        for name in present:
            self.channels[name].bridge = effect.conversation

    def _leave_bridge(self, channels: Iterable[str]) -> None:
        for name in channels:
            if name in self.channels:
                self.bridges.get(self.channels[name].bridge, set()).discard(name)
                self.channels[name].bridge = ""


def endpoint_of(agent: AgentId) -> str:
    """Where the agents of the tests are rung."""
    return f"PJSIP/{agent}"
