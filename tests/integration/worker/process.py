"""The worker as a process of its own, which no test leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.settings import StoreSettings

ROOT = Path(__file__).parents[3]


@contextmanager
def worker(settings: StoreSettings, redis_url: str) -> Iterator[subprocess.Popen[bytes]]:
    """`python -m worker`, killed at the end."""
    env = {
        "DENWABAN_VAR": str(settings.var),
        "DENWABAN_DATABASE_URL": settings.database_url,
        "DENWABAN_REDIS_URL": f"{redis_url}?db=8",
    }
    log = (settings.var / "worker.log").open("ab")
    with log:
        process = subprocess.Popen(
            [sys.executable, "-m", "worker"], cwd=ROOT, env={**os.environ, **env}, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
