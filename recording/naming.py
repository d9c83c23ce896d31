"""What the files of a recording are called: in the switch's spool, one per direction, and when they are joined.

The names are made of our own id alone, never of anything a caller or a tenant wrote (asterisk.md section 4).
"""

from __future__ import annotations

import re
from typing import Final

from kernel.ids import RecordingId

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


def heard(recording: RecordingId) -> str:
    """The spool file of what came from the recorded leg's party (MixMonitor option `r`)."""
    return f"{_safe(recording)}-in.wav"


def sent(recording: RecordingId) -> str:
    """The spool file of what was sent to the recorded leg's party (MixMonitor option `t`)."""
    return f"{_safe(recording)}-out.wav"


def joined(recording: RecordingId) -> str:
    """The final stereo file: the recorded leg's party left, everyone else right."""
    return f"{_safe(recording)}.wav"


def _safe(recording: RecordingId) -> str:
    if _ID.fullmatch(recording) is None:
        raise ValueError("a recording's id may hold only A-Z a-z 0-9 _ -")
    return recording
