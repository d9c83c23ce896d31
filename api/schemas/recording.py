"""A recording of a conversation."""

from __future__ import annotations

from api.schemas.common import Moment, Shape
from store.record_rows import RecordingState


class Recording(Shape):
    """One stereo file, the caller left, the agents right. `audio`: where it is heard; None while there is no file."""

    recording: str
    call: str
    started: Moment
    state: RecordingState
    seconds: float | None
    size: int | None
    sha256: str | None
    audio: str | None = None
