"""A recording of a conversation."""

from __future__ import annotations

from enum import StrEnum

from api.schemas.common import Moment, Shape
from store.record_rows import RecordingState


class DeletionReason(StrEnum):
    """Why an admin deletes a recording; a closed set, so that a tombstone never tells of a person."""

    CALLER_ASKED = "caller_asked"
    RECORDED_BY_MISTAKE = "recorded_by_mistake"
    NOT_NEEDED = "not_needed"
    OTHER = "other"


class Recording(Shape):
    """One stereo file, the caller left, the agents right. `audio`: where it is heard; None while there is no file.

    From `expires_at` on it is gone, by `clause` of the contract (None: kept until somebody deletes it, or its call has
    not ended). `deleted_by`: the login of an admin, or `retention`; `reason`: his, or the clause.
    """

    recording: str
    call: str
    started: Moment
    state: RecordingState
    seconds: float | None
    size: int | None
    sha256: str | None
    audio: str | None = None
    expires_at: Moment | None
    clause: str
    deleted_at: Moment | None
    deleted_by: str | None
    reason: str | None
