"""Commands through a real Redis: answered once heard, None when nobody is there, alive again after Redis."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from redis.asyncio import Redis

from acd.inputs import SetWish, SignIn
from acd.model import Wish
from bus.client import channel
from bus.commands import CommandAccepted, CommandDoor, CommandMessage, CommandSender, Outcome
from kernel.ids import AgentId, CommandId, Shard, TenantId
from kernel.refusal import Code, Refused
from tests.contract.bus.beside import PATIENCE, running
from tests.services import PrivateRedis

SHARD, OTHER = Shard(3), Shard(4)
REFUSED = Refused(Code.SEAT_LIMIT_REACHED, "clause 4", 5, 5, (("agent", "佐藤"),))


def sign_in(number: int, *, lasts: float = 60) -> CommandMessage:
    command = CommandId(f"command_{number}")
    expires = datetime.now(UTC) + timedelta(seconds=lasts)
    return CommandMessage(command, TenantId("even"), expires, SignIn(command, AgentId(f"agent_{number}")))


class Floor:
    """Refuses agent 0 and remembers what it was asked."""

    def __init__(self) -> None:
        self.heard: list[CommandMessage] = []

    def __call__(self, message: CommandMessage) -> Outcome:
        self.heard.append(message)
        return REFUSED if message.body.agent == "agent_0" else CommandAccepted(int(message.body.agent[6:]))


async def until_heard(sender: CommandSender, number: int = 999) -> Outcome:
    """Asks until a door hears: how a test waits for Redis and the door to be back."""
    async with asyncio.timeout(PATIENCE):
        while (outcome := await sender.ask(SHARD, sign_in(number), limit=0.5)) is None:
            await asyncio.sleep(0.02)
    return outcome


async def test_each_command_gets_its_own_outcome(redis: Redis) -> None:
    floor, sender = Floor(), CommandSender(redis)
    async with running(sender.run(), CommandDoor(redis, [SHARD, OTHER], floor).run()):
        await until_heard(sender)
        floor.heard.clear()
        outcomes = await asyncio.gather(*(sender.ask(SHARD, sign_in(n), limit=PATIENCE) for n in range(200)))
        assert outcomes == [REFUSED] + [CommandAccepted(n) for n in range(1, 200)]
        assert len({message.id for message in floor.heard}) == 200
        wish = CommandMessage(
            CommandId("w"),
            TenantId("even"),
            sign_in(1).expires,
            SetWish(CommandId("w"), AgentId("agent_7"), Wish.PAUSED, "lunch"),
        )
        assert await sender.ask(OTHER, wish, limit=PATIENCE) == CommandAccepted(7)
        assert floor.heard[-1] == wish


async def test_an_answer_may_take_its_time_and_others_do_not_wait_for_it(redis: Redis) -> None:
    gate = asyncio.Event()

    async def answer(message: CommandMessage) -> Outcome:
        if message.id == "command_1":
            await gate.wait()
        return CommandAccepted(1)

    sender = CommandSender(redis)
    async with running(sender.run(), CommandDoor(redis, [SHARD], answer).run()):
        await until_heard(sender)
        slow = asyncio.create_task(sender.ask(SHARD, sign_in(1), limit=PATIENCE))
        assert await sender.ask(SHARD, sign_in(2), limit=PATIENCE) == CommandAccepted(1)
        assert not slow.done()
        gate.set()
        assert await slow == CommandAccepted(1)


async def test_nobody_there_is_known_at_once_and_silence_after_the_limit(redis: Redis) -> None:
    never = asyncio.Event()

    async def silent(_: CommandMessage) -> Outcome:
        await never.wait()
        return CommandAccepted(0)

    sender = CommandSender(redis)
    async with running(sender.run(), CommandDoor(redis, [OTHER], silent).run()):
        async with asyncio.timeout(PATIENCE):
            assert await sender.ask(SHARD, sign_in(1), limit=3600) is None
        assert await sender.ask(OTHER, sign_in(1), limit=0.2) is None


async def test_a_command_that_nobody_waits_for_any_more_is_dropped(redis: Redis) -> None:
    floor, sender = Floor(), CommandSender(redis)
    async with running(sender.run(), CommandDoor(redis, [SHARD], floor).run()):
        await until_heard(sender)
        floor.heard.clear()
        assert await sender.ask(SHARD, sign_in(1, lasts=-1), limit=0.2) is None
        assert floor.heard == []


async def test_what_is_no_command_harms_nobody(redis: Redis) -> None:
    floor, sender = Floor(), CommandSender(redis)
    async with running(sender.run(), CommandDoor(redis, [SHARD], floor).run()):
        await until_heard(sender)
        for rubbish in (b"", b"{}", b"\xff\x00", b'{"id":"a","tenant":"b","expires":"x","type":"Nothing","body":{}}'):
            assert await redis.publish(channel(redis, "commands", SHARD), rubbish) == 1
        assert await sender.ask(SHARD, sign_in(5), limit=PATIENCE) == CommandAccepted(5)


async def test_the_same_command_asked_twice_at_once_is_answered_twice(redis: Redis) -> None:
    floor, sender = Floor(), CommandSender(redis)
    async with running(sender.run(), CommandDoor(redis, [SHARD], floor).run()):
        await until_heard(sender)
        message = sign_in(6)
        again = replace(message, expires=message.expires + timedelta(seconds=1))
        outcomes = await asyncio.gather(*(sender.ask(SHARD, each, limit=PATIENCE) for each in (message, again)))
        assert outcomes == [CommandAccepted(6)] * 2


async def test_commands_go_on_after_redis_was_killed_or_emptied(redis: Redis, server: PrivateRedis) -> None:
    floor, sender = Floor(), CommandSender(redis)
    async with running(sender.run(), CommandDoor(redis, [SHARD], floor).run()):
        await until_heard(sender)
        for _ in range(2):
            server.kill()
            assert await sender.ask(SHARD, sign_in(1), limit=0.3) is None
            server.start()
            assert await until_heard(sender) == CommandAccepted(999)
        await redis.flushall()
        assert await sender.ask(SHARD, sign_in(2), limit=PATIENCE) == CommandAccepted(2)


async def test_a_sender_and_a_door_that_began_without_redis(redis: Redis, server: PrivateRedis) -> None:
    server.stop()
    sender = CommandSender(redis)
    async with running(sender.run(), CommandDoor(redis, [SHARD], Floor()).run()):
        assert await sender.ask(SHARD, sign_in(1), limit=0.2) is None
        server.start()
        assert await until_heard(sender) == CommandAccepted(999)


async def test_a_redis_that_hangs_is_not_waited_for(redis: Redis, server: PrivateRedis) -> None:
    sender = CommandSender(redis)
    async with running(sender.run(), CommandDoor(redis, [SHARD], Floor()).run()):
        await until_heard(sender)
        server.freeze()
        async with asyncio.timeout(PATIENCE):
            assert await sender.ask(SHARD, sign_in(1), limit=0.3) is None
        server.thaw()
        assert await until_heard(sender) == CommandAccepted(999)
