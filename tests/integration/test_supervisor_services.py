"""The supervisor's own PostgreSQL and Redis, wherever var lies."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis

from denwaban import layout as places
from denwaban.child import Places
from denwaban.layout import Layout
from denwaban.services import Postgres, RedisServer
from denwaban.setup.programs import find_postgres, find_redis
from denwaban.supervisor import Supervisor
from store.secret_files import read_secret
from tests.services import short_folder

ROLE = "denwaban_owner"


@pytest.fixture
def var() -> Iterator[Path]:
    with short_folder("var-") as folder:
        folder.chmod(0o755)
        yield folder / "var"


def prepared(var: Path) -> Layout:
    return places.prepare(var, places.service_user())


def postgres_of(layout: Layout) -> Postgres:
    programs = find_postgres()
    assert programs is not None
    return Postgres(
        programs,
        layout.postgres,
        layout.postgres_socket,
        layout.secrets / "postgres",
        places.service_user(),
        durable=False,
    )


def supervisor_of(layout: Layout) -> Supervisor:
    return Supervisor(Places(layout.var, layout.run, layout.log), lambda _line: None)


async def ask(server: Postgres, password: str, question: str) -> object:
    connection = await asyncpg.connect(host=str(server.socket), user=ROLE, password=password, database="denwaban")
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_the_database_is_made_once_and_belongs_to_a_role_that_is_no_superuser(var: Path) -> None:
    layout = prepared(var)
    server = postgres_of(layout)
    password = read_secret(layout.secrets / "database")
    assert server.initialise()
    async with supervisor_of(layout) as supervisor:
        await supervisor.start(server.spec())
        await server.provide(password, ROLE)
        assert await ask(server, password, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False
        assert await ask(server, password, "SHOW listen_addresses") == ""
        await ask(server, password, "CREATE TABLE kept (word text)")
        await ask(server, password, "INSERT INTO kept VALUES ('here')")
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(server, "wrong", "SELECT 1")
    assert not server.initialise()
    async with supervisor_of(layout) as supervisor:
        await supervisor.start(server.spec())
        await server.provide(password, ROLE)
        assert await ask(server, password, "SELECT word FROM kept") == "here"


async def test_the_server_runs_where_only_we_may_enter(var: Path) -> None:
    """A clone below root's own home: the server's user may not pass, so its data and socket lie outside."""
    home = var.parent / "home"
    home.mkdir(mode=0o700)
    layout = prepared(home / "var")
    server = postgres_of(layout)
    server.initialise()
    try:
        async with supervisor_of(layout) as supervisor:
            await supervisor.start(server.spec())
            assert await server.answers()
        assert layout.postgres.is_symlink() == (os.geteuid() == 0)
        again = prepared(home / "var")
        assert again.postgres.resolve() == layout.postgres.resolve()
    finally:
        remove_outside(layout)


async def test_sockets_stay_short_in_a_deep_var(var: Path) -> None:
    deep = var / "a-rather-long-name-of-a-folder" / "another-rather-long-name-of-a-folder" / "and-one-more"
    layout = prepared(deep)
    server = postgres_of(layout)
    server.initialise()
    try:
        assert len(os.fsencode(layout.sockets / places.LONGEST_SOCKET)) <= places.SOCKET_LIMIT
        assert (layout.run / "sockets").resolve() == layout.sockets
        async with supervisor_of(layout) as supervisor:
            await supervisor.start(server.spec())
            assert await server.answers()
    finally:
        remove_outside(layout)


def remove_outside(layout: Layout) -> None:
    """What lies outside var is not swept with it."""
    if layout.postgres.is_symlink():
        shutil.rmtree(layout.postgres.resolve())
    if layout.sockets != layout.run:
        shutil.rmtree(layout.sockets)


async def test_a_half_made_database_is_never_used(var: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = prepared(var)
    server = postgres_of(layout)

    def killed(_self: Postgres, data: Path, _password: Path) -> None:
        data.mkdir()
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Postgres, "_initdb", killed)
        with pytest.raises(KeyboardInterrupt):
            server.initialise()
    assert not server.data.exists()
    assert server.initialise()


async def test_redis_keeps_its_words_and_listens_on_no_port(var: Path) -> None:
    layout = prepared(var)
    program = find_redis()
    assert program is not None
    server = RedisServer(program, layout.redis, layout.redis_socket)
    for turn in range(2):
        async with supervisor_of(layout) as supervisor:
            await supervisor.start(server.spec())
            client = Redis.from_url(server.url)
            assert (await client.config_get("port"))["port"] == "0"
            assert await client.incr("turn") == turn + 1
            await client.aclose()


def test_secrets_are_random_and_for_us_only(var: Path) -> None:
    layout = prepared(var)
    found = {path.name: path for path in layout.secrets.iterdir()}
    assert set(found) == set(places.SECRETS)
    assert len({path.read_text() for path in found.values()}) == len(found)
    assert {path.stat().st_mode & 0o777 for path in found.values()} == {0o600}
    before = {name: path.read_text() for name, path in found.items()}
    prepared(var)
    assert {name: path.read_text() for name, path in found.items()} == before


class Ear:
    """Hears what the supervisor says, and wakes who waits for it."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.up_again = asyncio.Event()

    def __call__(self, line: str) -> None:
        self.lines.append(line)
        if "up again" in line:
            self.up_again.set()


async def test_a_killed_database_is_up_again_when_the_last_of_its_old_processes_has_gone(var: Path) -> None:
    """One of them is held here: while it lives, PostgreSQL refuses to start on the same data."""
    layout = prepared(var)
    server = postgres_of(layout)
    password = read_secret(layout.secrets / "database")
    server.initialise()
    ear = Ear()
    async with Supervisor(Places(layout.var, layout.run, layout.log), ear) as supervisor:
        await supervisor.start(replace(server.spec(), stop_limit=0.5))
        await server.provide(password, ROLE)
        connection = await asyncpg.connect(host=str(server.socket), user=ROLE, password=password, database="denwaban")
        os.kill(await connection.fetchval("SELECT pg_backend_pid()"), signal.SIGSTOP)
        pid = supervisor.child("postgres").pid
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(60):
            await ear.up_again.wait()
        assert await ask(server, password, "SELECT 1") == 1
        assert sum("starting it again" in line for line in ear.lines) == 1
        connection.terminate()
