"""Gives up a try over a trunk that says nothing at all, while there is another trunk to try."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from acd import inputs
from acd.model import Leg, LegState
from asterisk import channels
from asterisk.channels import Cause
from controller.mailbox import Mailbox
from controller.ports import Ari, Ear
from kernel.ids import LegId

log = structlog.get_logger()

_NO_USER_RESPONSE: Final = 18
"""Q.850: nothing came back within the time that the network grants."""


class Silence:
    """`limit`: seconds until any response, 100 included; 0, or no `ear` to hear it: nobody is given up.

    A trunk that has said 100 is waited for, however slow it is, and the last trunk of a line is waited for anyway.
    """

    def __init__(self, ari: Ari, ear: Ear | None, limit: float) -> None:
        self._ari = ari
        self._ear = ear
        self._limit = limit
        self._running: dict[LegId, tuple[str, asyncio.TimerHandle]] = {}

    def watch(self, box: Mailbox, leg: Leg, sip_call: str) -> None:
        """The INVITE of this leg, of SIP Call-ID `sip_call`, is about to be sent."""
        call = box.floor.calls[leg.call]
        if self._ear is None or self._limit <= 0 or not sip_call or call.tries >= len(call.destination.trunks):
            return
        if self._ear.listen(sip_call, lambda: self.over(leg.id)):
            timer = asyncio.get_running_loop().call_later(self._limit, self._give_up, box, leg.id)
            self._running[leg.id] = sip_call, timer

    def over(self, leg: LegId) -> None:
        """The trunk has said something, or the leg is gone."""
        sip_call, timer = self._running.pop(leg, (None, None))
        if sip_call is not None and timer is not None:
            timer.cancel()
            if self._ear is not None:
                self._ear.forget(sip_call)

    def close(self) -> None:
        """Watch nobody any more."""
        for leg in list(self._running):
            self.over(leg)
        if self._ear is not None:
            self._ear.close()

    def _give_up(self, box: Mailbox, leg_id: LegId) -> None:
        """What still comes of this INVITE is cancelled by Asterisk; its channel is nobody's from here on."""
        self.over(leg_id)
        leg = box.floor.legs.get(leg_id)
        if leg is None or leg.alerted or leg.state is not LegState.RINGING:
            return
        log.warning("a trunk said nothing to a call", call=leg.call, leg=leg_id, seconds=self._limit)
        self._ari.post(channels.hangup(leg.channel, Cause.NO_ANSWER))
        box.take(inputs.LegEnded(leg_id, _NO_USER_RESPONSE, elsewhere=True))
