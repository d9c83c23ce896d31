"""A controller that is told to stop before it acts for anybody ends at once, whatever it was waiting for."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kernel.ids import SHARDS, Shard
from store.engine import platform_engine
from store.leases import Leases
from store.migrate import migrate
from store.settings import StoreSettings
from tests.services import private_postgres

ROOT = Path(__file__).parents[2]
LIMIT = 30.0


@contextmanager
def controller(settings: StoreSettings, redis_url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m controller`, killed at the end."""
    env = {
        "DENWABAN_VAR": str(settings.var),
        "DENWABAN_DATABASE_URL": settings.database_url,
        "DENWABAN_REDIS_URL": f"{redis_url}?db=9",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "controller"], cwd=ROOT, env={**os.environ, **env}, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def somebody_elses(settings: StoreSettings) -> None:
    """Every lease is held by another machine for as long as the test lasts."""
    engine = platform_engine(settings)
    await Leases(engine).take([Shard(number) for number in range(SHARDS)], "elsewhere:/var", 600)
    await engine.dispose()


@pytest.mark.parametrize("held", [True, False])
def test_it_stops_while_it_waits_for_the_leases(held: bool, redis_url: str, tmp_path: Path) -> None:
    """`held`: another controller has them; otherwise the database does not answer."""
    with private_postgres() as server:
        owner = tmp_path / "secrets" / "database"
        owner.parent.mkdir(mode=0o700)
        owner.touch(mode=0o600)
        owner.write_text(server.owner_password.read_text())
        settings = StoreSettings(var=tmp_path, database_url=server.url.format(f"stops{secrets.token_hex(6)}"))
        asyncio.run(migrate(settings))
        if held:
            asyncio.run(somebody_elses(settings))
        else:
            server.freeze()
        log = tmp_path / "controller.log"
        with controller(settings, redis_url, log) as process:
            waits = "waiting for the shards' holder" if held else "waiting for the database"
            end = time.monotonic() + LIMIT
            while waits not in log.read_text():
                assert process.poll() is None, log.read_text()
                assert time.monotonic() < end, log.read_text()
                time.sleep(0.05)
            process.send_signal(signal.SIGTERM)
            assert process.wait(LIMIT) == 0, log.read_text()
        assert "Traceback" not in log.read_text()
