"""What talks need of Asterisk: who hears nobody for a while, who is rung for them, keys, and bridges made again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from acd import effects
from acd.effects import Effect
from acd.model import Call, Leg
from acd.talking import invitations, talks
from asterisk import bridges, channels
from controller.dialler import RINGING, TRIED, TRUNK, TRUNK_CODECS, Dialler, failed_leg
from controller.living import Living
from controller.mailbox import Mailbox
from controller.ports import Ari
from controller.ways import Ways

_ABSENT: Final = 20
_CONGESTION: Final = 34
"""Q.850: subscriber absent; circuit congestion."""

RUNG: Final = "DENWABAN_RUNG"
"""The variable of an invited channel that says that its INVITE was ordered: who comes back after a crash orders it
where nobody did, and never twice."""


class Talks:
    """Carries out what is ordered in talks on one node."""

    def __init__(self, ari: Ari, app: str, ways: Ways, dialler: Dialler) -> None:
        self._ari = ari
        self._app = app
        self._ways = ways
        self._dialler = dialler

    def perform(self, box: Mailbox, effect: Effect) -> None:
        """Carry out one effect; those about a call out or inside are the dialler's."""
        match effect:
            case effects.Separate(conversation, _, members):
                self._ari.post(bridges.remove(conversation, members))
            case effects.Mute(_, channel):
                self._ari.post(channels.mute(channel))
            case effects.Unmute(_, channel):
                self._ari.post(channels.unmute(channel))
            case effects.SendTones(_, channel, digits):
                self._ari.post(channels.send_dtmf(channel, digits))
            case effects.InviteInside():
                self._invite(box, effect, self._ways.to(effect.endpoint), withheld=False, cause=_ABSENT)
            case effects.InviteOutside():
                endpoint = self._dialler.way_out(box, effect)
                if endpoint is not None:
                    self._invite(box, effect, endpoint, withheld=effect.withheld, cause=_CONGESTION)
            case _:
                self._dialler.perform(box, effect)

    def created(self, leg: Leg, box: Mailbox) -> None:
        """The channel of who is invited stands in Stasis: send its INVITE; what it shows it was made with."""
        self._ari.post(channels.set_variable(leg.channel, RUNG, "yes"))
        self._ari.post(channels.dial(leg.channel), failed_leg(box, leg.id, _CONGESTION, elsewhere=False))

    def again(self, box: Mailbox, call: Call) -> None:
        """The facts say that somebody was to be rung for this call, and nobody was asked to."""
        for effect in invitations.once_more(box.floor, call):
            self.perform(box, effect)

    def restore(self, box: Mailbox, call: Call, living: Living) -> list[Effect]:
        """What is to be done so that they hear each other again; who does so already is left alone."""
        todo: list[Effect] = []
        for effect in talks.restore(box.floor, call):
            if not isinstance(effect, effects.Connect):
                todo.append(effect)
                continue
            there: Collection[str] = (
                living.bridges[effect.conversation].channels if (effect.conversation in living.bridges) else ()
            )
            missing = tuple(one for one in effect.channels if one not in there and one in living.channels)
            if missing:
                todo.append(effects.Connect(effect.conversation, effect.node, missing))
        return todo

    def _invite(
        self,
        box: Mailbox,
        effect: effects.InviteInside | effects.InviteOutside,
        endpoint: str,
        *,
        withheld: bool,
        cause: int,
    ) -> None:
        """Nobody's own channel lends its number: what is shown is set on the new one."""
        presentation = "prohib_passed_screen" if withheld else "allowed_passed_screen"
        told = {"CONNECTEDLINE(num,i)": effect.shown, "CONNECTEDLINE(num-pres,i)": presentation}
        self._ari.post(channels.set_variable(effect.beside, TRIED, effect.leg))
        outside = isinstance(effect, effects.InviteOutside)
        if isinstance(effect, effects.InviteOutside):
            told[TRUNK] = effect.trunk
        request = channels.create(effect.channel, endpoint, self._app, RINGING, formats=TRUNK_CODECS, variables=told)
        self._ari.post(request, failed_leg(box, effect.leg, cause, elsewhere=outside))


def is_invited(call: Call, leg: Leg) -> bool:
    """Whether the leg is that of who is being rung for this call that talks."""
    return call.invitation is not None and call.invitation.leg == leg.id
