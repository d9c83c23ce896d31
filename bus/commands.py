"""Commands from api to controller and their outcomes back; Redis only delivers, the floor remembers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Final

import structlog
from redis.asyncio import Redis

from bus.client import AWAY, channel
from bus.subscription import Heard, Interrupted, Subscribed, listen
from bus.wire import (
    ClosePhone,
    CommandAccepted,
    CommandMessage,
    ConfigPublished,
    Invite,
    Malformed,
    OpenPhone,
    Order,
    Outcome,
    PlaceCall,
    read_command,
    read_outcome,
    write_command,
    write_outcome,
)
from kernel.ids import CommandId, Shard

__all__ = [
    "ClosePhone",
    "CommandAccepted",
    "CommandDoor",
    "CommandMessage",
    "CommandSender",
    "ConfigPublished",
    "Invite",
    "OpenPhone",
    "Order",
    "Outcome",
    "PlaceCall",
]

_log = structlog.get_logger()
_COMMANDS: Final = "commands"
_REPLIES: Final = "replies"


class CommandSender:
    """Asks the controllers. One per api process; `run` must run for as long as `ask` is used."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._reply_to = channel(redis, _REPLIES, secrets.token_hex(8))
        self._listening = asyncio.Event()
        self._asked: dict[CommandId, list[asyncio.Future[Outcome]]] = {}

    async def run(self) -> None:
        """Hears the outcomes, until cancelled; subscribes again whenever Redis comes back."""
        async with aclosing(listen(self._redis, [self._reply_to])) as happenings:
            async for happening in happenings:
                match happening:
                    case Subscribed():
                        self._listening.set()
                    case Interrupted():
                        self._listening.clear()
                    case Heard(data=data):
                        self._settle(data)

    async def ask(self, shard: Shard, message: CommandMessage, limit: float = 3.0) -> Outcome | None:
        """What became of the command, or None: nobody is there (at once), or nobody answered within `limit` seconds.

        After None the command may have been done all the same: asking again with the same id gives its outcome.
        """
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._asked.setdefault(message.id, []).append(answer)
        try:
            async with asyncio.timeout(limit):
                await self._listening.wait()
                data = write_command(message, self._reply_to)
                reached = await self._redis.publish(channel(self._redis, _COMMANDS, shard), data)
                return await answer if reached else None
        except AWAY:
            return None
        finally:
            self._forget(message.id, answer)

    def _forget(self, command: CommandId, answer: asyncio.Future[Outcome]) -> None:
        self._asked[command].remove(answer)
        if not self._asked[command]:
            del self._asked[command]

    def _settle(self, data: bytes) -> None:
        try:
            command, outcome = read_outcome(data)
        except Malformed as error:
            _log.warning("bus.outcome_malformed", reason=str(error))
            return
        for answer in self._asked.get(command, ()):
            if not answer.done():
                answer.set_result(outcome)


Answer = Callable[[CommandMessage], Outcome | Awaitable[Outcome | None] | None]
"""What became of a command; None: nothing yet, and whoever sent it is told nothing, as if nobody were here."""


class CommandDoor:
    """Where a controller hears the commands for its shards; `answer` begins on each in the order they came."""

    def __init__(
        self,
        redis: Redis,
        shards: Sequence[Shard],
        answer: Answer,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._redis = redis
        self._channels = [channel(redis, _COMMANDS, shard) for shard in shards]
        self._answer = answer
        self._now = now

    async def run(self) -> None:
        """Answers, until cancelled or until `answer` raises; subscribes again whenever Redis comes back.

        A command that has expired, or is not one, is dropped. A command may come twice: same id, same outcome.
        """
        async with asyncio.TaskGroup() as answers, aclosing(listen(self._redis, self._channels)) as happenings:
            async for happening in happenings:
                match happening:
                    case Heard(data=data):
                        self._take(answers, data)
                    case Subscribed():
                        _log.info("bus.door_open", shards=len(self._channels))
                    case Interrupted():
                        _log.warning("bus.door_interrupted")

    def _take(self, answers: asyncio.TaskGroup, data: bytes) -> None:
        try:
            message, reply_to = read_command(data)
        except Malformed as error:
            _log.warning("bus.command_malformed", reason=str(error))
            return
        if message.expires <= self._now():
            _log.info("bus.command_expired", tenant=message.tenant, command=message.id)
            return
        answers.create_task(self._reply(message, reply_to), name=f"answer {message.id}")

    async def _reply(self, message: CommandMessage, reply_to: str) -> None:
        outcome = self._answer(message)
        if isawaitable(outcome):
            outcome = await outcome
        if outcome is None:
            return
        try:
            await self._redis.publish(reply_to, write_outcome(message.id, outcome))
        except AWAY as error:
            # The floor keeps the outcome; whoever asks again with the same id is told.
            _log.warning("bus.outcome_lost", command=message.id, reason=type(error).__name__)
