"""What all tests share: private servers for the session, and the rule that no test leaves a task behind."""

from __future__ import annotations

import asyncio
import inspect
import os
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer

from tests import collecting
from tests.lanes import Lanes, give_time, step_back
from tests.services import private_postgres, private_redis

TURNS = 3
"""Turns of the loop a cancelled task gets to end."""

# Every platform starts a dozen Pythons: where none of them may keep what it compiled, each compiles everything again.
os.environ["PYTHONDONTWRITEBYTECODE"] = ""


def pytest_configure(config: pytest.Config) -> None:
    """A worker learns here which one it is."""
    step_back(config)


def pytest_collection(session: pytest.Session) -> None:
    """Called before the tests are looked for."""
    collecting.begin(session)


def pytest_collection_finish() -> None:
    """Called when all are found."""
    collecting.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What computes has other limits than what waits."""
    give_time(items)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Lanes | None:
    """Files are handed out as tests/lanes.py says."""
    return Lanes(config, log) if config.getvalue("dist") == "loadfile" else None


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running server: `postgresql+asyncpg:///{}?host=FOLDER`; FOLDER/owner holds the password of denwaban_owner."""
    with private_postgres() as server:
        yield server.url


@pytest.fixture(scope="session")
def database_secrets(postgres_url: str) -> Callable[[Path], None]:
    """Writes the passwords of the server's roles below a `var`: roles belong to the server, so whoever migrates a
    database of it with passwords of his own would lock all others out."""
    owner = (Path(postgres_url.partition("host=")[2]) / "owner").read_text()
    known = {name: secrets.token_urlsafe(32) for name in ("database_platform", "database_tenant")} | {"database": owner}

    def write(var: Path) -> None:
        folder = var / "secrets"
        folder.mkdir(mode=0o700)
        for name, secret in known.items():
            (folder / name).touch(mode=0o600)
            (folder / name).write_text(secret)

    return write


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A running server, `unix://…`; give each test its own `?db=` or prefix."""
    with private_redis() as server:
        yield server.url


@pytest.fixture(autouse=True)
def tasks_are_owned(request: pytest.FixtureRequest) -> None:
    """Each async test is checked, after its fixtures have ended, for tasks that nobody ended."""
    if inspect.iscoroutinefunction(getattr(request.node, "obj", None)):
        request.getfixturevalue("no_task_is_left")


@pytest.fixture
async def no_task_is_left() -> AsyncIterator[None]:
    """Fails when more tasks run than ran before."""
    before = asyncio.all_tasks()
    yield
    for _ in range(TURNS):
        await asyncio.sleep(0)
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left, f"tasks were left running: {sorted(str(task) for task in left)}"
