"""Asks the recording policy when a conversation starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from acd.facts import Body, ConversationStarted, MessageStarted
from acd.inputs import RecordingWanted
from controller.clock import Clock
from controller.mailbox import Mailbox
from kernel.fact import Fact
from kernel.ids import CallId, RecordingId, ulid
from recording.policy import should_record


class Policy:
    """`chance` gives 80 random bits: a recording's name must not be guessable from its call's."""

    def __init__(self, clock: Clock, chance: Callable[[], int]) -> None:
        self._clock = clock
        self._chance = chance

    def told(self, box: Mailbox, facts: Sequence[Fact[Body]]) -> None:
        """Follow the facts of a floor."""
        for fact in facts:
            if isinstance(fact.body, ConversationStarted):
                self.talks(box, fact.body.call)
            elif isinstance(fact.body, MessageStarted):
                self._record(box, fact.body.call, wanted=True)

    def talks(self, box: Mailbox, call_id: CallId) -> None:
        """A conversation runs: have it recorded if its queue wants it (a call without a queue: always) and the
        tenant's contracts give the right."""
        call = box.floor.calls.get(call_id)
        if call is None:
            return
        self._record(box, call_id, wanted=call.settings is None or call.settings.recorded)

    def _record(self, box: Mailbox, call_id: CallId, *, wanted: bool) -> None:
        if should_record(wanted=wanted, rights=box.floor.limits.recording):
            box.take(RecordingWanted(call_id, RecordingId(f"rec_{ulid(self._clock.now(), self._chance())}")))
