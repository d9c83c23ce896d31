"""In what order the effects of decisions are carried out: what somebody waits for first, clearing up a moment later."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from acd import effects
from acd.effects import Effect

_CLEARING_UP: Final = (
    effects.Disconnect,
    effects.HangUp,
    effects.PrepareLeg,
    effects.ReleaseLeg,
    effects.StartMusic,
    effects.StopRecording,
)
"""What nobody waits for; a moment without music is heard by nobody."""


class InOrder:
    """Performs rings at once. Clearing up waits `hold` seconds after a ring (0: never), so that Asterisk has the
    processor and its socket for itself while it sends the INVITE. Anything else is done at once, and ends the waiting:
    but for the rings and bridges to be taken away, effects are carried out in the order of the decisions.

    `later` takes what is to happen when the inputs taken so far have happened.
    """

    def __init__(
        self, perform: Callable[[Effect], None], later: Callable[[Callable[[], None]], None], hold: float
    ) -> None:
        self._perform = perform
        self._later = later
        self._hold = hold
        self._waiting: list[Effect] = []

    def ring(self, decided: Sequence[Effect]) -> bool:
        """Let the phones ring that have to; whether any has."""
        rings = [effect for effect in decided if isinstance(effect, effects.RingAgent)]
        for effect in rings:
            self._perform(effect)
        return bool(rings)

    def carry_out(self, decided: Sequence[Effect], *, rang: bool) -> None:
        """Do all that is not a ring. `rang`: a phone was told to, by this decision."""
        for effect in decided:
            if isinstance(effect, effects.SetTimer):
                # It is nothing to Asterisk.
                self._perform(effect)
        rest = [effect for effect in decided if not isinstance(effect, effects.RingAgent | effects.SetTimer)]
        if not rest:
            return
        rest.sort(key=_lateness(connects=False))
        if self._hold and (rang or self._waiting) and all(isinstance(effect, _CLEARING_UP) for effect in rest):
            if not self._waiting:
                asyncio.get_running_loop().call_later(self._hold, self._later, self.let_go)
            self._waiting += rest
            return
        unheard, todo = _unheard(self._waiting, rest), [*self._waiting, *rest]
        self._waiting = []
        todo.sort(key=_lateness(connects=any(isinstance(effect, effects.Connect) for effect in rest)))
        for effect in todo:
            if effect not in unheard:
                self._perform(effect)

    def let_go(self) -> None:
        """The waiting is over."""
        waiting, self._waiting = self._waiting, []
        for effect in waiting:
            self._perform(effect)


def _lateness(*, connects: bool) -> Callable[[Effect], int]:
    """A bridge is taken away when whoever was in it is where he belongs: taken away first, it can keep him from getting
    there, though Asterisk says that he has (docs/asterisk-facts.md). What is made ahead of time comes last."""
    late = {effects.Disconnect: 1 if connects else 0, effects.PrepareLeg: 2}
    return lambda effect: late.get(type(effect), 0)


def _unheard(waiting: Sequence[Effect], now: Sequence[Effect]) -> list[Effect]:
    """Music that would begin for somebody who is being connected already, and its end."""
    connected = {channel for effect in now if isinstance(effect, effects.Connect) for channel in effect.channels}
    begins = {effect.channel for effect in waiting if isinstance(effect, effects.StartMusic)}
    ends = {effect.channel for effect in now if isinstance(effect, effects.StopMusic)}
    idle = connected & begins & ends
    if not idle:
        return []
    music = [effect for effect in (*waiting, *now) if isinstance(effect, effects.StartMusic | effects.StopMusic)]
    return [effect for effect in music if effect.channel in idle]
