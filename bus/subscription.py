"""A subscription that comes back whenever Redis does, and says when something may have been missed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import ConnectionError as RedisConnectionError

from bus.client import AWAY, heeding

_SILENCE: Final = 10.0
"""Seconds without a word after which Redis is asked whether it is still there."""
_FIRST_PAUSE: Final = 0.05
_LONGEST_PAUSE: Final = 1.0


@dataclass(frozen=True, slots=True)
class Subscribed:
    """From here on every message is heard; those before may have been missed."""


@dataclass(frozen=True, slots=True)
class Interrupted:
    """Redis is away; nothing is heard until the next `Subscribed`."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A message and the channel it came by."""

    channel: str
    data: bytes


Happening = Subscribed | Interrupted | Heard


async def listen(
    redis: Redis, channels: Sequence[str] = (), patterns: Sequence[str] = ()
) -> AsyncGenerator[Happening, None]:
    """What is heard on the channels and on those that match a pattern, for ever; close it with `aclosing`."""
    pause = _FIRST_PAUSE
    while True:
        try:
            async with redis.pubsub() as pubsub:
                if channels:
                    await heeding(pubsub.subscribe(*channels))
                if patterns:
                    await heeding(pubsub.psubscribe(*patterns))
                async with aclosing(_happenings(pubsub, len(channels) + len(patterns))) as happenings:
                    async for happening in happenings:
                        pause = _FIRST_PAUSE
                        yield happening
        except AWAY:
            yield Interrupted()
        await asyncio.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


async def _happenings(pubsub: PubSub, wanted: int) -> AsyncGenerator[Subscribed | Heard, None]:
    confirmed = 0
    asked = False
    while True:
        message = await heeding(pubsub.get_message(timeout=_SILENCE))
        if message is None:
            if asked:
                raise RedisConnectionError("Redis no longer answers")
            await heeding(pubsub.ping())
            asked = True
            continue
        asked = False
        match message["type"]:
            case "subscribe" | "psubscribe":
                # The library subscribes again by itself when it has reconnected: that counts as well.
                confirmed += 1
                if confirmed % wanted == 0:
                    yield Subscribed()
            case "message" | "pmessage":
                yield Heard(message["channel"].decode(), message["data"])
