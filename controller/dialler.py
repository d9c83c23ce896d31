"""Calls other parties: the requests to Asterisk behind a call out or inside, and the numbers they need meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from acd import attempts, dial_rules, effects, inputs
from acd.attempts import Failure
from acd.effects import Effect
from acd.facts import Body, LegGone
from acd.model import Call, Floor, Leg, Place
from asterisk import channels, playbacks, wire
from asterisk.request import Answer, Gone, Rejected, Unreachable
from controller.early import Early
from controller.leases import CallerLeases
from controller.mailbox import Mailbox
from controller.numbers import Numbers
from controller.ports import Ari
from controller.silence import Silence
from controller.trunk_load import TrunkLoad
from controller.ways import Ways
from kernel.fact import Fact
from kernel.ids import CallbackId, LegId, PersonalId, TrunkName
from kernel.refusal import Code

RINGING: Final = "ringing"
"""The Stasis argument of a channel we created: its StasisStart says that it can be dialled now."""
TRUNK_CODECS: Final = ("ulaw", "alaw")
"""What carriers speak; a leg made before its other party is known offers these first."""
TRIED: Final = "DENWABAN_TRIED"
"""The variable of the agent's own channel that names the leg which Asterisk was asked for last: whoever comes back
after a crash asks for a leg that stands in the facts alone, and not twice for another."""
TRUNK: Final = "DENWABAN_TRUNK"
"""The variable of a channel to somebody outside that names its trunk: of one that another node has, whoever comes back
cannot see it in the channel's name."""
_CONGESTION: Final = 34
_ABSENT: Final = 20
"""Q.850: circuit congestion; subscriber absent."""
_ZONE: Final = "jp"
_TONES: Final[Mapping[str, str]] = {Failure.BUSY: "busy", Code.COLLEAGUE_BUSY: "busy"}


class Dialler:
    """`ways`: what to dial for a person from here; `trunk_way`: for a number over a trunk, None where there is no such
    trunk (any more)."""

    def __init__(
        self,
        ari: Ari,
        app: str,
        prompts: Path,
        leases: CallerLeases,
        ways: Ways,
        trunk_way: Callable[[TrunkName, str, bool], str | None],
        early: Early,
        silence: Silence,
        load: TrunkLoad,
        numbers: Numbers,
    ) -> None:
        self._ari = ari
        self._app = app
        self._prompts = prompts
        self._leases = leases
        self._ways = ways
        self._trunk_way = trunk_way
        self.early = early
        self._silence = silence
        self._load = load
        self._numbers = numbers

    def know(self, to: PersonalId, number: str) -> None:
        """Keep the number for the call that is about to begin."""
        self._numbers.know(to, number)

    def forget(self, to: PersonalId) -> None:
        """No call of it began."""
        self._numbers.forget(to)

    def recall(self, call: Call, to: PersonalId, number: str) -> None:
        """Keep the number of a call that began before we did."""
        self._numbers.lend(call.id, to, number)

    def keep(self, callback: CallbackId, to: PersonalId, number: str) -> None:
        """Keep the number of somebody who is to be called back since before our time."""
        self._numbers.keep(callback, to, number)

    def recount(self, living: Iterable[wire.Channel], elsewhere: Mapping[str, TrunkName]) -> None:
        """After a time without us: these are the channels of our calls, and those on trunks of other nodes."""
        self._load.recover(living, elsewhere)

    def told(self, facts: Sequence[Fact[Body]]) -> None:
        """Follow the facts of a floor."""
        for fact in facts:
            body = fact.body
            if isinstance(body, LegGone):
                self.early.gone(body.channel)
                self._silence.over(body.leg)
                self._load.gone(body.channel)

    def perform(self, box: Mailbox, effect: Effect) -> None:
        """Carry out one effect about a call out or inside; others are not known here."""
        match effect:
            case effects.RingPhone():
                self._ring_phone(box, effect)
            case effects.DialOut():
                self._dial_out(box, effect)
            case effects.DialInside():
                self._dial_inside(box, effect)
            case effects.StartRinging(_, channel):
                if not self.early.hears(channel):
                    self._ari.post(channels.ring(channel))
            case effects.StopRinging(_, channel):
                self._ari.post(channels.ring_stop(channel))
            case effects.TellAgent():
                self._tell(box, effect)

    def created(self, box: Mailbox, leg: Leg, sip_call: str) -> None:
        """A leg of ours stands in Stasis: send its INVITE, showing what the agent's own channel shows.

        `sip_call`: the Call-ID that it will have.
        """
        call = box.floor.calls[leg.call]
        own = None if call.caller_leg is None else box.floor.legs.get(call.caller_leg)
        if own is None or call.place not in (Place.DIALLING, Place.OVERFLOW):
            self._ari.post(channels.hangup(leg.channel))
        elif own.id == leg.id:
            self._ari.post(channels.dial(leg.channel))
        else:
            if leg.line is not None:
                self._silence.watch(box, leg, sip_call)
            self._ari.post(channels.dial(leg.channel, caller=own.channel))

    def again(self, box: Mailbox, leg: Leg) -> None:
        """The facts say that this party was to be called, and nobody was asked to."""
        for effect in attempts.once_more(box.floor, leg):
            self.perform(box, effect)

    def progressed(self, floor: Floor, leg: Leg) -> None:
        """The network of the called sends sound before the answer."""
        self.early.sounds(floor, leg)

    def go_on(self, call: Call, channel: str) -> None:
        """The agent's own channel is found again after a time without us."""
        if call.place is Place.DIALLING:
            self._leases.hold(channel)

    def _ring_phone(self, box: Mailbox, effect: effects.RingPhone) -> None:
        """The phone shows whom it will be connected with; nothing of that leaves the house."""
        shown = {"CONNECTEDLINE(num,i)": self._numbers.known(effect.to) or ""}
        endpoint = self._ways.to(effect.endpoint)
        request = channels.create(effect.channel, endpoint, self._app, RINGING, formats=TRUNK_CODECS, variables=shown)
        self._ari.post(request, failed_leg(box, effect.leg, _ABSENT, elsewhere=False))

    def _dial_out(self, box: Mailbox, effect: effects.DialOut) -> None:
        way = self.way_out(box, effect)
        if way is None:
            return
        if effect.own_channel:
            self._ari.post(channels.set_variable(effect.own_channel, TRIED, effect.leg))
            self._show(effect.own_channel, effect.shown, effect.withheld)
            mark = {TRUNK: effect.trunk}
            request = channels.create(
                effect.channel, way, self._app, RINGING, originator=effect.own_channel, variables=mark
            )
        else:
            # Nobody is on the line yet: who is called back sees the number that he called.
            shown = {"CONNECTEDLINE(num,i)": effect.shown, TRUNK: effect.trunk}
            request = channels.create(effect.channel, way, self._app, RINGING, formats=TRUNK_CODECS, variables=shown)
        self._ari.post(request, failed_leg(box, effect.leg, _CONGESTION, elsewhere=True))

    def way_out(self, box: Mailbox, effect: effects.DialOut | effects.InviteOutside) -> str | None:
        """What to dial for this try, whose channel of the trunk is taken; None where there is no way, which is told."""
        number = self._numbers.known(effect.to)
        way = None if number is None else self._trunk_way(effect.trunk, number, effect.withheld)
        if way is None:
            # The trunk was taken away, or the number was erased in the middle of the tries.
            box.take(inputs.LegEnded(effect.leg, _CONGESTION, elsewhere=number is not None))
            return None
        call = box.floor.calls[effect.call]
        urgent = call.destination.emergency if call.invitation is None else call.invitation.destination.emergency
        if self._load.full(effect.trunk) and not urgent:
            box.take(inputs.LegEnded(effect.leg, _CONGESTION, elsewhere=True))
            return None
        self._load.take(effect.channel, effect.trunk)
        return way

    def _dial_inside(self, box: Mailbox, effect: effects.DialInside) -> None:
        self._show(effect.own_channel, effect.shown, withheld=False)
        self._ari.post(channels.set_variable(effect.own_channel, TRIED, effect.leg))
        endpoint = self._ways.to(effect.endpoint)
        request = channels.create(effect.channel, endpoint, self._app, RINGING, originator=effect.own_channel)
        self._ari.post(request, failed_leg(box, effect.leg, _ABSENT, elsewhere=False))

    def _show(self, channel: str, number: str, withheld: bool) -> None:
        """What the agent's phone said of itself never leaves: `dial` copies these to the other leg."""
        presentation = "prohib_passed_screen" if withheld else "allowed_passed_screen"
        for name, value in (("num", number), ("name", ""), ("num-pres", presentation), ("name-pres", presentation)):
            self._ari.post(channels.set_variable(channel, f"CALLERID({name})", value))

    def _tell(self, box: Mailbox, effect: effects.TellAgent) -> None:
        def failed(answer: Answer) -> None:
            if isinstance(answer, Rejected):
                box.take(inputs.PlaybackEnded(effect.call, effect.playback))

        self._ari.post(playbacks.play(effect.channel, effect.playback, (self._media(effect.what),)), failed)

    def _media(self, what: str) -> str:
        if what in dial_rules.SILENT or what in set(Failure):
            return f"tone:{_TONES.get(what, 'congestion')};tonezone={_ZONE}"
        prompt = "emergency_refused" if what == Code.EMERGENCY_NOT_AVAILABLE_ON_LINE else "not_allowed"
        return f"sound:{self._prompts / prompt}"


def failed_leg(box: Mailbox, leg: LegId, cause: int, *, elsewhere: bool) -> Callable[[Answer], None]:
    """What to do with the answer to a request for this leg that was not carried out."""

    def failed(answer: Answer) -> None:
        match answer:
            case Rejected() | Gone():
                box.take(inputs.LegEnded(leg, cause, elsewhere=elsewhere))
            case Unreachable():
                # The socket died: whether it rings is seen when recovery looks at what lives in Asterisk.
                return

    return failed
