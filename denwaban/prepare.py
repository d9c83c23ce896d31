"""Bring schema and seed up to date before anything uses them; passed over when nothing they depend on has changed."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from denwaban import build, prompts
from denwaban.child import Say
from denwaban.layout import Layout
from denwaban.steps import run_step

LIMIT = 300.0
"""Seconds either may take; the first seed synthesises the announcements."""


def verb(name: str) -> list[str]:
    """The command for another verb of this command line."""
    return [sys.executable, "-m", "denwaban", name]


async def prepare(layout: Layout, env: Mapping[str, str], prompts_dir: Path, say: Say, *, surely: bool) -> None:
    """Migrate and seed. `surely`: whatever the last start did (a new database, or a server that is not ours).

    An announcement of the platform that is missing in `prompts_dir` is a reason too: the seed makes it.

    Raises StepFailed.
    """
    stamp = layout.var / "prepared"
    wanted = _name(env)
    current = not surely and (layout.var / "demo.json").exists() and _read(stamp) == wanted
    if current and await asyncio.to_thread(prompts.all_there, prompts_dir):
        say("database: schema and demo are current")
        return
    stamp.unlink(missing_ok=True)
    migrate = [sys.executable, "-m", "store.migrate"]
    await run_step("The database migration", migrate, env, layout.log / "migrate.log", LIMIT)
    say("database: schema is current")
    await run_step("Seeding the demo", verb("seed"), env, layout.log / "seed.log", LIMIT)
    say("demo: seeded")
    stamp.write_text(wanted, encoding="ascii")


def _name(env: Mapping[str, str]) -> str:
    """Changes with the code, any setting and the seed file."""
    seed_file = _read(Path(os.environ.get("DENWABAN_SEED_FILE", "")))
    return build.of_process(["prepare", seed_file], env, build.of_sources())


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
