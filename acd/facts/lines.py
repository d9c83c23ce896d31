"""What has happened to the channels of lines [チャネル]: a call for which none was left."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.ids import CallId, LineId


@dataclass(frozen=True, slots=True)
class ChannelRefused:
    """The call gets busy: of the `limit` channels of its line, by `clause`, all are in use."""

    call: CallId
    line: LineId
    used: int
    limit: int
    clause: str
