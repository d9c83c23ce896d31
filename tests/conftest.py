"""What all tests share: private servers for the session, and the rule that no test leaves a task behind."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Coroutine, Generator, Iterator
from typing import Any

import pytest

from tests.services import private_postgres, private_redis

TURNS = 3
"""Turns of the loop a cancelled task gets to end."""


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running server: `postgresql+asyncpg:///{}?host=FOLDER`; FOLDER/owner holds the password of denwaban_owner."""
    with private_postgres() as server:
        yield server.url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A running server, `unix://…`; give each test its own `?db=` or prefix."""
    with private_redis() as server:
        yield server.url


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Each async test is checked for tasks it started and left running."""
    if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        item.obj = _leaving_no_task(item.obj)
    return (yield)


def _leaving_no_task(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    @functools.wraps(test)
    async def checked(*args: object, **kwargs: object) -> None:
        before = asyncio.all_tasks()
        await test(*args, **kwargs)
        for _ in range(TURNS):
            await asyncio.sleep(0)
        left = [task for task in asyncio.all_tasks() - before if not task.done()]
        assert not left, f"the test left tasks running: {[task.get_name() for task in left]}"

    return checked
