"""Says announcements of the tenant, by name, to single parties of a call."""

from __future__ import annotations

from pathlib import Path

import structlog

from acd import effects, inputs
from asterisk import playbacks
from asterisk.request import Answer, Gone, Rejected
from controller.mailbox import Mailbox
from controller.ports import Ari
from controller.scripts import Scripts
from kernel.ids import PromptId

log = structlog.get_logger()


class Sayings:
    """Plays announcements to callers who are sent away, and to agents before they are connected."""

    def __init__(self, ari: Ari, prompts: Path, scripts: Scripts) -> None:
        self._ari = ari
        self._prompts = prompts
        self._scripts = scripts

    def say(self, box: Mailbox, effect: effects.SayPrompt) -> None:
        """Play it; what cannot be played has been heard."""

        def failed(answer: Answer) -> None:
            # As in flows: the end of a party that is gone is on its way; after a cut recovery asks what still plays.
            if isinstance(answer, Rejected | Gone):
                box.take(inputs.PlaybackEnded(effect.call, effect.playback))

        file = self._file(box, effect)
        if file is None:
            log.error("a queue names an announcement that is not there", prompt=effect.prompt)
            box.take(inputs.PlaybackEnded(effect.call, effect.playback))
        else:
            self._ari.post(playbacks.play(effect.channel, effect.playback, (f"sound:{file}",)), failed)

    def _file(self, box: Mailbox, effect: effects.SayPrompt) -> Path | None:
        """By the version with which the call began, or else by the one in force."""
        call = box.floor.calls.get(effect.call)
        version = box.floor.config if call is None else call.config
        for script in (self._scripts.of(box.floor.tenant, version), self._scripts.in_force(box.floor.tenant)):
            sound = None if script is None else script.sounds.get(PromptId(effect.prompt))
            if sound is not None:
                return self._prompts / sound
        return None
