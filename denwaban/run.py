"""`denwaban run`: bring one machine's whole instance up, play the first call, serve until told to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from denwaban import layout as places
from denwaban.child import Places
from denwaban.errors import CannotRun
from denwaban.layout import Layout
from denwaban.parts import Parts, assemble
from denwaban.prepare import prepare, verb
from denwaban.settings import RunSettings
from denwaban.steps import run_foreground
from denwaban.supervisor import Supervisor, sole_supervisor
from kernel.errors import ConfigurationError
from store.secret_files import read_secret

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass
class Teller:
    """Says what happens: to the supervisor's log always, to the terminal while nothing else draws there."""

    log: Path
    loud: bool = True
    begun: float = field(default_factory=time.monotonic)

    def __call__(self, text: str) -> None:
        """Say one line."""
        with self.log.open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S%z')} {text}\n")
        if self.loud:
            print(f"{time.monotonic() - self.begun:6.1f} s  {text}", flush=True)


def main(once: bool) -> int:
    """Run until a signal, or with `once` until the story ends; the exit code."""
    try:
        settings = RunSettings()
        user = places.service_user()
        layout = places.prepare(settings.var, user)
        with sole_supervisor(layout.run):
            return asyncio.run(_until_signal(settings, layout, user, once))
    except ValidationError as refused:
        # Never the value itself: somebody may have put a password there.
        for error in refused.errors(include_input=False, include_url=False, include_context=False):
            if error["type"] == "default_factory_not_called":
                continue  # follows from another one
            setting = "_".join(["DENWABAN", *(str(part).upper() for part in error["loc"])])
            print(f"denwaban cannot run: {setting}: {error['msg']}", file=sys.stderr)
        return 1
    except (CannotRun, ConfigurationError) as refused:
        print(f"denwaban cannot run: {refused}", file=sys.stderr)
        return 1


async def _until_signal(settings: RunSettings, layout: Layout, user: str | None, once: bool) -> int:
    """The first signal begins the orderly end; more of them do not hasten it, each stop has its own limit."""
    say = Teller(layout.log / "supervisor.log")
    serving = asyncio.ensure_future(_serve(settings, layout, user, once, say))
    loop = asyncio.get_running_loop()
    told = asyncio.Event()

    def stop(number: signal.Signals) -> None:
        if not told.is_set():
            told.set()
            say.loud = True
            say(f"{number.name}: stopping")
            serving.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, stop, number)
    try:
        return await serving
    except asyncio.CancelledError:
        return 130 if once else 0


async def _serve(settings: RunSettings, layout: Layout, user: str | None, once: bool, say: Teller) -> int:
    async with Supervisor(Places(layout.var, layout.run, layout.log), say) as supervisor:
        parts = await bring_up(supervisor, settings, layout, user, say)
        say(f"everything is up; the API is at http://{settings.api_host}:{settings.api_port}/api/v1")
        first_time = not (layout.var / "story.json").exists()
        code = 0
        if once or first_time:
            code = await run_foreground(verb("story"), parts.env)
        if once:
            return code
        await _show_board(parts, say)
        await asyncio.get_running_loop().create_future()
    return code


async def bring_up(
    supervisor: Supervisor, settings: RunSettings, layout: Layout, user: str | None, say: Teller
) -> Parts:
    """Start everything in order; each is ready before what needs it starts. Raises CannotRun, ConfigurationError."""
    parts = await asyncio.to_thread(assemble, settings, layout, user)
    supervisor.check_ports(parts.specs)
    switch = asyncio.ensure_future(supervisor.start(*parts.asterisks))
    try:
        await _bring_up_stores(supervisor, parts, settings, layout, say)
        await switch
    finally:
        switch.cancel()
        await asyncio.gather(switch, return_exceptions=True)
    # Side by side: the api says that it is ready only when the controller is.
    await supervisor.start(parts.controller, parts.api, parts.worker)
    return parts


async def _bring_up_stores(
    supervisor: Supervisor, parts: Parts, settings: RunSettings, layout: Layout, say: Teller
) -> None:
    if parts.redis is not None:
        await supervisor.start(parts.redis.spec())
    new = True
    if parts.postgres is not None:
        new = await asyncio.to_thread(parts.postgres.initialise)
        if new:
            say(f"postgres: new database in {parts.postgres.data}")
        await supervisor.start(parts.postgres.spec())
        await parts.postgres.provide(read_secret(settings.database_password_file), settings.database_owner)
    await prepare(layout, parts.env, settings.prompts_dir, say, surely=new)


async def _show_board(parts: Parts, say: Teller) -> None:
    """The live board on a terminal, one line anywhere else."""
    if not sys.stdout.isatty():
        say("serving; SIGTERM or Ctrl-C stops everything")
        return
    say.loud = False
    code = await run_foreground(verb("board"), parts.env)
    say.loud = True
    say(f"the board ended with {code}; still serving, Ctrl-C stops everything")
