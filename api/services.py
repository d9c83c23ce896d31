"""What the routes use; put together once, in `api.main`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from api.guessing import Guesses
from api.idempotency import Keys
from api.identity import Identity
from api.live import LiveBoards
from api.metrics import Metrics
from bus.commands import CommandSender
from store.facts import FactStore
from store.keeping import KeepingStore
from store.media import RecordingStore
from store.personal import PersonalStore
from store.records import RecordStore


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the doors. `ready` asks database and controller and names what is not fine."""

    identity: Identity
    guesses: Guesses
    keys: Keys
    boards: LiveBoards
    facts: FactStore
    records: RecordStore
    keeping: KeepingStore
    media: RecordingStore
    personal: PersonalStore
    commands: CommandSender
    metrics: Metrics
    ready: Callable[[], Awaitable[dict[str, bool]]]
    clock: Callable[[], datetime]
