"""Lets a supervisor's phone into a talk: a channel that spies on the agent's, in a bridge with the supervisor's own.

The talk's own bridge is not touched. A spying channel has its direction for life, so another hearing is another channel
in another bridge; it ends with the channel it spies on. What succeeds another one on the same channel is begun when
that one is gone, for as long as anything spies there it goes on hearing whom it heard first (docs/asterisk-facts.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from acd import effects, inputs
from acd.model import Hearing
from asterisk import applications, bridges, channels, names
from asterisk.request import Answer, Gone, Unreachable
from controller.dialler import RINGING, TRUNK_CODECS
from controller.leases import CallerLeases
from controller.mailbox import Mailbox
from controller.ports import Ari
from controller.ways import Ways

_WHISPERS: Final[Mapping[Hearing, str]] = {Hearing.LISTEN: "none", Hearing.WHISPER: "out", Hearing.BARGE: "both"}
"""Where the supervisor's words go, as seen from the agent's channel: out to his phone, in to the others."""


class Eavesdrop:
    """Rings supervisors and spies for them."""

    def __init__(self, ari: Ari, app: str, ways: Ways, leases: CallerLeases) -> None:
        self._ari = ari
        self._app = app
        self._ways = ways
        self._leases = leases
        self._awaited: dict[str, str] = {}
        """Spying channels that are being made, and for whose channel."""
        self._targets: dict[str, str] = {}
        """On which channel each spying one spies."""
        self._ending: set[str] = set()
        """Of these those that are told to end."""
        self._due: dict[str, effects.Spy] = {}
        """What is to be begun when none of those that end spies on its channel any more."""

    def perform(self, box: Mailbox, effect: effects.RingSupervisor | effects.Spy | effects.EndSpying) -> None:
        """Carry out one effect."""
        match effect:
            case effects.RingSupervisor():
                self._ring(box, effect)
            case effects.Spy():
                self._targets[effect.spy] = effect.target
                self._due[effect.spy] = effect
                self._begin()
            case effects.EndSpying(_, spy):
                self._end(spy)

    def dial(self, channel: str) -> None:
        """The supervisor's channel stands: call his phone."""
        self._ari.post(channels.dial(channel), lambda _answer: self._ari.post(channels.hangup(channel)))

    def stands(self, spy: str) -> None:
        """The spying channel is there: who waits for it hears."""
        supervisor = self._awaited.pop(spy, None)
        if supervisor is None:
            self._ari.post(channels.hangup(spy))
            return
        bridge = names.listening(spy)
        self._leases.lift(supervisor)
        self._ari.post(bridges.create(bridge))
        self._ari.post(bridges.add(bridge, (supervisor, spy)))

    def ended(self, spy: str) -> None:
        """The spying channel is gone: what waited for that begins."""
        self._ending.discard(spy)
        self._targets.pop(spy, None)
        self._begin()

    def _end(self, spy: str) -> None:
        due = self._due.pop(spy, None)
        if due is None:
            self._awaited.pop(spy, None)
            if spy in self._targets:
                self._ending.add(spy)
            self._hang_up(spy)
            self._ari.post(bridges.destroy(names.listening(spy)))
            return
        del self._targets[spy]
        for other in [one for one in self._ending if self._targets[one] == due.target]:
            # Its end may have been told while the socket was cut.
            self._hang_up(other)

    def _hang_up(self, spy: str) -> None:
        self._ari.post(applications.subscribe_channel(self._app, spy))
        self._ari.post(channels.hangup(spy), lambda _answer: self.ended(spy))

    def _begin(self) -> None:
        """Spy where nothing that spied there is still ending."""
        closed = {self._targets[one] for one in self._ending}
        for spy in [one for one, effect in self._due.items() if effect.target not in closed]:
            self._spy(self._due.pop(spy))

    def _ring(self, box: Mailbox, effect: effects.RingSupervisor) -> None:
        endpoint = self._ways.to(effect.endpoint)
        request = channels.create(effect.channel, endpoint, self._app, RINGING, formats=TRUNK_CODECS)

        def failed(answer: Answer) -> None:
            # After a cut of the socket recovery sees whether it rings.
            if not isinstance(answer, Unreachable):
                box.take(inputs.LegEnded(effect.leg, why="gone"))

        self._ari.post(request, failed)

    def _spy(self, effect: effects.Spy) -> None:
        self._awaited[effect.spy] = effect.channel
        whispers = _WHISPERS[effect.hearing]

        def failed(answer: Answer) -> None:
            # Whom he wanted to hear has just left: with the end of that leg he hears another one, or his own ends.
            wanted = self._awaited.pop(effect.spy, None) is not None
            if wanted and not isinstance(answer, Gone):
                self._ari.post(channels.hangup(effect.channel))

        self._ari.post(channels.snoop(effect.target, effect.spy, self._app, whispers=whispers), failed)
