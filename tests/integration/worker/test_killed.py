"""`kill -9` while recordings are being deleted: whatever point it hits, neither a file nor a living row is left."""

from __future__ import annotations

import secrets
import subprocess
import time
from collections.abc import Callable

import pytest
from sqlalchemy import text

from store.settings import StoreSettings
from tests.integration.worker.process import worker
from tests.integration.worker.shop import Shop
from tests.unit.reports.play import TENANT

MANY, DEATHS = 400, 3
LIMIT = 60.0
INSERT = """
    INSERT INTO recordings (tenant, recording, call, started, seconds, path, sha256, size, state, expires_at, clause)
    SELECT :tenant, 'rec_' || name, 'call_' || name, now() - interval '4 months', 1,
           left(name, 2) || '/' || name || '.wav', '', 5, 'ready', now() - interval '1 second', 'T1-2'
      FROM unnest(cast(:names AS text[])) AS name
"""
WAKE = """
    INSERT INTO jobs (tenant, kind, key, body, run_after)
    VALUES (:tenant, 'expire_recordings', 'recordings', '{}', now())
    ON CONFLICT ON CONSTRAINT jobs_once
    DO UPDATE SET run_after = excluded.run_after, claimed_until = NULL, done_at = NULL
"""
"""The claim of a worker that is dead runs out after a minute; nobody waits for that here."""


def until(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Look until it is so; the worker must not have ended by itself."""
    end = time.monotonic() + LIMIT
    while not condition():
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.002)


@pytest.mark.chaos
@pytest.mark.beside
async def test_a_worker_killed_while_it_deletes_leaves_neither_a_file_nor_a_row_behind(
    shop: Shop, settings: StoreSettings, redis_url: str
) -> None:
    names = [secrets.token_hex(16) for _ in range(MANY)]
    folder = settings.var / "recordings"
    for name in names:
        (folder / name[:2]).mkdir(parents=True, exist_ok=True)
        (folder / name[:2] / f"{name}.wav").write_bytes(b"sound")
    await shop.say(INSERT, tenant=TENANT, names=names)

    def files() -> int:
        return len(list(folder.rglob("*.wav")))

    for death in range(DEATHS):
        left = files()
        assert left
        await shop.say(WAKE, tenant=TENANT)
        with worker(settings, redis_url) as process:
            # Another number of files each time, so that the deaths fall on different points.
            until(lambda goal=left - 7 * death - 1: files() <= goal, process)  # type: ignore[misc]
    await shop.say(WAKE, tenant=TENANT)
    with worker(settings, redis_url) as process:
        until(lambda: files() == 0, process)
        end = time.monotonic() + LIMIT
        while await living(shop):
            assert time.monotonic() < end
    async with shop.engine.begin() as connection:
        told = await connection.execute(text("SELECT DISTINCT state, deleted_by, reason, path FROM recordings"))
        assert [tuple(row) for row in told] == [("expired", "retention", "T1-2", None)]


async def living(shop: Shop) -> int:
    """How many recordings are no tombstones yet."""
    async with shop.engine.begin() as connection:
        query = text("SELECT count(*) FROM recordings WHERE deleted_at IS NULL")
        return int((await connection.execute(query)).scalar_one())
