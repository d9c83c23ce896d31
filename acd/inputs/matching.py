"""What may happen to who gets a call: a wait comes to its next step, a conversation stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kernel.ids import CallId, ConversationId, QueueId


@dataclass(frozen=True, slots=True)
class WaitStepDue:
    """The moment `due` has come at which what the waiting call asks for, or its priority, changes."""

    call: CallId
    queue: QueueId
    queued: datetime
    due: datetime


@dataclass(frozen=True, slots=True)
class ConversationStood:
    """The parties can hear each other: whoever else was rung for the call need not be rung any more."""

    conversation: ConversationId
