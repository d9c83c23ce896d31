"""`denwaban story`: the first call, played by robots against the running platform and told line by line.

The robots are processes of their own that know only var/demo.json. The exit code is 0 only if every step happened.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from denwaban import demo_file
from denwaban.demo_file import DemoFile
from denwaban.settings import RunSettings
from denwaban.story_api import logged_in
from denwaban.story_robots import robots
from denwaban.story_steps import STEPS, Stage, leave
from denwaban.story_telling import Missed, Teller
from kernel.errors import ConfigurationError

TENANT = "demo"
STEP_LIMIT = 60.0
"""Seconds any one step may take; most have shorter limits for each thing they wait for."""


async def main() -> int:
    """Play and tell the first call; the exit code."""
    settings = RunSettings()
    path = settings.var / demo_file.NAME
    try:
        demo = demo_file.read(path)
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 1
    if demo is None or demo.tenant(TENANT) is None:
        print(f"{path} names no tenant {TENANT!r}: run `denwaban seed` first", file=sys.stderr)
        return 1
    teller = Teller(settings.var / "story.json")
    teller.begin("最初の電話", "The first call")
    happened = await _play(demo, path, teller)
    if happened:
        teller.end("すべて起きました", "Every step happened")
    else:
        teller.end("起きなかったことがあります", "Not every step happened")
    return 0 if happened else 1


async def _play(demo: DemoFile, path: Path, teller: Teller) -> bool:
    """Whether every step happened. After one that did not, the rest would only repeat its failure."""
    tenant = demo.tenant(TENANT)
    assert tenant is not None
    try:
        async with logged_in(demo.api, tenant.supervisor) as api:
            try:
                async with robots(path) as callers, robots(path) as phones:
                    return await _tell_all(Stage(demo, tenant, callers, phones, api), teller)
            finally:
                await leave(api)
    except Missed as missed:
        teller.miss("stage", "準備または片付けに失敗", "Setting up or clearing away failed", missed)
        return False


async def _tell_all(stage: Stage, teller: Teller) -> bool:
    reached = True
    for step in STEPS:
        if not reached:
            teller.miss(step.name, step.ja, step.en, Missed("not reached", "the step that failed"))
            continue
        try:
            async with asyncio.timeout(STEP_LIMIT):
                proof = await step.act(stage)
        except TimeoutError:
            reached = False
            teller.miss(step.name, step.ja, step.en, Missed(f"nothing for {STEP_LIMIT:.0f} s", "log/"))
        except Missed as missed:
            reached = False
            teller.miss(step.name, step.ja, step.en, missed)
        else:
            teller.tell(step.name, step.ja, step.en, proof)
    return reached


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
