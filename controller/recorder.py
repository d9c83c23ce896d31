"""Starts and stops the recording of a leg; a port, so that snoop or bridge recording can replace MixMonitor."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

import structlog

from asterisk import channels, reading
from asterisk.request import Answer, Done, Gone
from controller.ports import Ami, Ari
from kernel.ids import RecordingId
from recording import naming

log = structlog.get_logger()

ID_VARIABLE: Final = "DENWABAN_MIXMONITOR"
"""Where the channel itself keeps the id of its recording, for a controller that did not start it."""
_SUFFIX: Final = ".wav"


class Recorder(Protocol):
    """What a conversation's recording needs."""

    def start(self, recording: RecordingId, channel: str) -> None: ...

    def stop(self, recording: RecordingId, channel: str) -> None: ...


class MixMonitorRecorder:
    """Two mono files on the caller's leg: what it says and what it hears. Tasks live in the given group."""

    def __init__(self, ari: Ari, ami: Ami, tasks: asyncio.TaskGroup) -> None:
        self._ari = ari
        self._ami = ami
        self._tasks = tasks
        self._started: dict[RecordingId, asyncio.Task[str | None]] = {}

    def start(self, recording: RecordingId, channel: str) -> None:
        """Record from now on."""
        self._started[recording] = self._tasks.create_task(self._start(recording, channel))

    def stop(self, recording: RecordingId, channel: str) -> None:
        """End the recording, once its start has been answered."""
        self._tasks.create_task(self._stop(self._started.pop(recording, None), channel))

    async def _start(self, recording: RecordingId, channel: str) -> str | None:
        heard = naming.heard(recording).removesuffix(_SUFFIX)
        sent = naming.sent(recording).removesuffix(_SUFFIX)
        answer = await self._ami.start_mixmonitor(channel, heard, sent)
        if isinstance(answer, str):
            return answer
        if not isinstance(answer, Gone):
            log.error("recording not started", recording=recording, answer=repr(answer))
        return None

    async def _stop(self, started: asyncio.Task[str | None] | None, channel: str) -> None:
        mixmonitor = await self._id_on(channel) if started is None else await started
        if mixmonitor is None:
            return
        answer = await self._ami.stop_mixmonitor(channel, mixmonitor)
        if not isinstance(answer, Done | Gone):
            # A caller who hung up has ended it himself; Asterisk words that in several ways.
            log.info("recording was over already", answer=repr(answer))

    async def _id_on(self, channel: str) -> str | None:
        answer: Answer = await self._ari.send(channels.get_variable(channel, ID_VARIABLE))
        return reading.variable(answer) if isinstance(answer, Done) else None
