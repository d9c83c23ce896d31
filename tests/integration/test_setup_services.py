"""The servers every other test leans on are real and private."""

from __future__ import annotations

from pathlib import Path

import asyncpg
from redis.asyncio import Redis

from tests.services import private_redis


async def test_the_database_of_the_tests_answers_to_its_owner_only(postgres_url: str) -> None:
    folder = Path(postgres_url.partition("host=")[2])
    password = (folder / "owner").read_text()
    connection = await asyncpg.connect(host=str(folder), user="denwaban_owner", password=password, database="postgres")
    try:
        assert await connection.fetchval("SHOW listen_addresses") == ""
    finally:
        await connection.close()
    try:
        await asyncpg.connect(host=str(folder), user="denwaban_owner", password="wrong", database="postgres")
    except asyncpg.InvalidPasswordError:
        return
    raise AssertionError("a wrong password was taken")


async def test_redis_keeps_what_it_was_told_over_a_restart() -> None:
    with private_redis() as server:
        client = Redis.from_url(server.url)
        await client.set("word", "kept")
        await client.aclose()
        server.stop()
        server.start()
        client = Redis.from_url(server.url)
        assert await client.get("word") == b"kept"
        await client.aclose()
