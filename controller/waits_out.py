"""Serves callers who leave the wait: what they hear, and over which of the tenant's lines a number is reached."""

from __future__ import annotations

from pathlib import Path

import structlog

from acd import effects, inputs
from acd.leaving import overflow_dialling
from acd.model import Destination
from asterisk import playbacks
from asterisk.request import Answer, Rejected
from controller.destinations import Destinations, Wanted
from controller.leases import CallerLeases
from controller.mailbox import Mailbox
from controller.numbers import Numbers
from controller.ports import Ari
from controller.scripts import Scripts
from kernel.ids import AgentId, PersonalId, PromptId
from kernel.refusal import Code, Refused

log = structlog.get_logger()
_NOBODY = AgentId("")


class WaitsOut:
    """Callers are put through, and called back, by the rules that agents' calls go by."""

    def __init__(
        self,
        ari: Ari,
        prompts: Path,
        scripts: Scripts,
        destinations: Destinations,
        numbers: Numbers,
        leases: CallerLeases,
    ) -> None:
        self._ari = ari
        self._prompts = prompts
        self._scripts = scripts
        self._destinations = destinations
        self._numbers = numbers
        self._leases = leases

    def perform(
        self,
        box: Mailbox,
        effect: effects.PlayToCaller | effects.FindWay | effects.FindWayBack | effects.FindCallbackWay,
    ) -> None:
        """Carry out one effect."""
        match effect:
            case effects.PlayToCaller():
                self._play(box, effect)
            case effects.FindWay(call_id, _, step, number, shown):
                call = box.floor.calls.get(call_id)
                if call is not None:
                    wanted = self._destinations.find(box.floor, _NOBODY, number, shown)
                    self._numbers.lend(call_id, overflow_dialling.to(call, step), wanted.number)
                    box.take(inputs.OverflowWayFound(call_id, step, _outside(wanted)))
            case effects.FindWayBack(call_id, _, queue, cause, step, to, shown):
                box.take(inputs.WayBackFound(call_id, queue, cause, step, self._way_to(box, to, shown)))
            case effects.FindCallbackWay(callback, _, to, shown):
                box.take(inputs.CallbackWayFound(callback, self._way_to(box, to, shown)))

    def _way_to(self, box: Mailbox, to: PersonalId, shown: str) -> Destination | Refused:
        """How somebody who called is called back."""
        theirs = self._numbers.known(to)
        if theirs is None:
            log.error("the number of somebody to be called back is not there", tenant=box.floor.tenant)
            return Refused(Code.UNREADABLE_NUMBER)
        return _outside(self._destinations.find(box.floor, _NOBODY, theirs, shown))

    def _play(self, box: Mailbox, effect: effects.PlayToCaller) -> None:
        call = box.floor.calls.get(effect.call)
        script = None if call is None else self._scripts.of(box.floor.tenant, call.config)
        sounds = {} if script is None else script.sounds
        files = [sounds.get(PromptId(prompt), prompt) for prompt in effect.prompts]
        self._leases.keep(effect.channel)

        def failed(answer: Answer) -> None:
            # As in flows: the end of who is gone is on its way, and after a cut recovery asks whether it still plays.
            if isinstance(answer, Rejected):
                box.take(inputs.PlaybackEnded(effect.call, effect.playback))

        media = tuple(f"sound:{self._prompts / file}" for file in files)
        self._ari.post(playbacks.play(effect.channel, effect.playback, media), failed)


def _outside(wanted: Wanted) -> Destination | Refused:
    """A number outside; neither a colleague nor an emergency service is called without an agent."""
    to = wanted.destination
    if isinstance(to, Destination) and (to.colleague is not None or to.emergency):
        return Refused(Code.DESTINATION_NOT_ALLOWED)
    return to
