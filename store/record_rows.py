"""The shapes of call records and recordings, and the place where a page of them ended."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

import orjson

from kernel.ids import AgentId, CallId, PersonalId, QueueId, RecordingId, TenantId

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class CallRecordRow:
    """One call, begun or over. `legs` and `parts` are JSON lists; `last_seq`: the newest fact that is in it.

    `recording`: the last of its `recordings`. `parts`: of each agent (none: it was recorded before they were kept).
    `mark`: by which the caller is known again, `last_agent`: who of the agents was with him at the end; None where it
    is not known. `line_kind`: the kind of the other party's line, which stays when the number is erased; None: it was
    not kept.
    """

    tenant: TenantId
    call: CallId
    direction: str
    number: str
    caller: PersonalId
    arrived: datetime
    queued_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None
    outcome: str
    queue: QueueId | None
    agents: tuple[AgentId, ...]
    wait_seconds: float
    talk_seconds: float
    legs: str
    recording: RecordingId | None
    last_seq: int
    line_kind: str | None = None
    recordings: tuple[RecordingId, ...] = ()
    parts: str = "[]"
    mark: str | None = None
    last_agent: AgentId | None = None


class RecordingState(StrEnum):
    """`pending`: not in the store yet; `recovered`: found again after a crash, perhaps not whole.

    `expired` and `deleted` are tombstones: the sound is gone, what is left says when, by whom and why.
    """

    PENDING = "pending"
    READY = "ready"
    RECOVERED = "recovered"
    FAILED = "failed"
    EXPIRED = "expired"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class RecordingRow:
    """One recording; `path`, `sha256` (hex) and `size` (bytes) are those of its file in `store.media`.

    `expires_at`: from then on it is not to be had any more, by `clause` (None: not known before the call has ended,
    or kept without end). `deleted_at`, `deleted_by` (a login, or `retention`) and `reason` stand in a tombstone.
    """

    tenant: TenantId
    recording: RecordingId
    call: CallId
    started: datetime
    seconds: float | None = None
    path: str | None = None
    sha256: str | None = None
    size: int | None = None
    state: RecordingState = RecordingState.PENDING
    expires_at: datetime | None = None
    clause: str = ""
    deleted_at: datetime | None = None
    deleted_by: str | None = None
    reason: str | None = None

    def state_at(self, now: datetime) -> RecordingState:
        """Its state for whoever asks at `now`: what has expired is so even before the worker has come to it."""
        due = self.deleted_at is None and self.expires_at is not None and self.expires_at <= now
        return RecordingState.EXPIRED if due else self.state


def recording_row(values: Mapping[Any, Any]) -> RecordingRow:
    """A row of the table, by column."""
    return RecordingRow(**{**values, "state": RecordingState(values["state"])})


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some rows, the newest first; `next_cursor` brings the following ones, None: these were the last."""

    rows: tuple[Item, ...]
    next_cursor: str | None


def cursor_after(moment: datetime, name: str) -> str:
    """Where a page ended: not to be taken apart by whoever carries it."""
    return urlsafe_b64encode(orjson.dumps([moment, name])).decode().rstrip("=")


def parse_cursor(cursor: str) -> tuple[datetime, str]:
    """The end of the page before. Raises ValueError for what `cursor_after` never gave."""
    parts = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    match parts:
        case [str(moment), str(name)]:
            parsed = datetime.fromisoformat(moment)
            if parsed.tzinfo is not None:
                return parsed, name
    raise ValueError("not a cursor")
