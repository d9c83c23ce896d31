"""What lives in Asterisk at one moment: its channels and bridges, asked for in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from asterisk import bridges, channels, reading, system, wire
from asterisk.request import Done, Request
from controller.ports import Ari


class LinkLost(Exception):
    """The ARI socket went away in the middle; the next one begins recovery anew."""


@dataclass(frozen=True, slots=True)
class Living:
    """Channels and bridges by id, and when this Asterisk started.

    `known`: the channels we knew before we asked; one that we came to know while asking may be missing here and live.
    """

    known: frozenset[str]
    channels: dict[str, wire.Channel]
    bridges: dict[str, wire.Bridge]
    started: datetime


async def ask(ari: Ari, request: Request) -> Done:
    """The answer to a question that Asterisk must be able to answer; LinkLost when it does not."""
    answer = await ari.send(request)
    if not isinstance(answer, Done):
        raise LinkLost(repr(answer))
    return answer


async def look(ari: Ari, known: frozenset[str]) -> Living:
    """Everything that lives now. Bridges first: a channel seen later is newer, never a ghost."""
    found = reading.bridges(await ask(ari, bridges.list_all()))
    living = reading.channels(await ask(ari, channels.list_all()))
    started = system.started(await ask(ari, system.status()))
    return Living(known, {one.id: one for one in living}, {one.id: one for one in found}, started)
