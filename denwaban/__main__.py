"""The command line: each verb is a module of its own, imported when it is asked for."""

from __future__ import annotations

import asyncio
import gc
import importlib
import inspect
import sys
from pathlib import Path
from typing import Annotated

import typer

from acd.config.routing import Strategy

# Typer's own tracebacks may show the values of variables, and some of those are secrets.
app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Contact-centre telephony on Asterisk.",
)


def _call(module: str, *arguments: object) -> None:
    """Call a verb's main, plain or async, and end with what it returns."""
    # What is loaded now stays, and looking through it again and again is a fifth of the time it takes.
    gc.disable()
    verb = importlib.import_module(f"denwaban.{module}").main
    gc.enable()
    outcome = verb(*arguments)
    if inspect.iscoroutine(outcome):
        outcome = asyncio.run(outcome)
    sys.exit(outcome)


@app.command()
def run(once: Annotated[bool, typer.Option("--once", help="Stop after the story.")] = False) -> None:
    """Start everything under one supervisor, play the first call, keep serving."""
    _call("run", once)


@app.command()
def seed(
    file: Annotated[Path | None, typer.Option(help="Another seed file than the demo's; TOML.")] = None,
) -> None:
    """Write the demo tenant and var/demo.json; again it changes nothing."""
    _call("seed", file)


@app.command()
def story() -> None:
    """Play the first call with robots and tell it line by line; 0 only if every step happened."""
    _call("story")


@app.command()
def board() -> None:
    """Show the live board of a running instance."""
    _call("board")


@app.command()
def folders() -> None:
    """Make folders and secrets, where something else than `run` starts the parts (docker/)."""
    _call("folders")


@app.command()
def healthy(part: Annotated[str, typer.Argument(help="asterisk, controller, api or worker.")]) -> None:
    """End with 0 when this part of a running instance answers as it should."""
    _call("healthy", part)


@app.command()
def settings_page() -> None:
    """Write docs/settings.md from the settings classes."""
    _call("settings_page")


@app.command()
def simulate(
    per_hour: Annotated[float, typer.Option(min=0.001, help="Calls an hour, at random (Poisson).")],
    handling: Annotated[float, typer.Option(min=0.001, help="Seconds of talk and wrap-up a call, on average.")],
    agents: Annotated[int, typer.Option(min=1, help="Agents at work.")],
    patience: Annotated[
        float | None, typer.Option(min=0.001, help="Seconds until callers give up, on average; without it they stay.")
    ] = None,
    calls: Annotated[int, typer.Option(help="How many calls are to come.")] = 20_000,
    within: Annotated[float, typer.Option(min=0, help="Seconds of the service level.")] = 20.0,
    seed: Annotated[int, typer.Option(help="Another number is another day.")] = 1,
    strategy: Annotated[
        list[Strategy] | None, typer.Option(help="Who gets a call; give several to see the same day with each.")
    ] = None,
    every_strategy: Annotated[bool, typer.Option(help="The same day with each of the ten strategies.")] = False,
) -> None:
    """Try a queue in virtual time, with the same decisions as in real calls, beside queueing theory."""
    from simulation.scenario import Scenario

    strategies = tuple(Strategy) if every_strategy else tuple(strategy or (Strategy.LONGEST_IDLE,))
    _call("simulate", Scenario(per_hour, handling, agents, patience), calls, within, seed, strategies)


@app.command()
def replay(
    records: Annotated[Path, typer.Argument(help="A day of call records, as GET /call-records gives them; JSON.")],
    before: Annotated[Path, typer.Option(help="The plan as it was: queues and agents as the API gives them; JSON.")],
    after: Annotated[Path, typer.Option(help="The plan to try.")],
) -> None:
    """Let a day's callers come again to another routing plan: service level, ASA and occupancy before and after."""
    _call("replay", records, before, after)


tariff = typer.Typer(no_args_is_help=True, help="Tariff tables.")
app.add_typer(tariff, name="tariff")


_Language = Annotated[str | None, typer.Option(help="ja or en; the terminal's own when not given.")]
_Named = Annotated[str, typer.Argument(help="TARIFF or TARIFF@VERSION; without a version the one in force today.")]


@tariff.command()
def validate(
    files: Annotated[list[Path] | None, typer.Argument(help="TOML files; without any, the platform's tables.")] = None,
) -> None:
    """Say whether tariff tables can be used together; what cannot is told with file, row and reason."""
    _call("tariff_validate", files or [])


@tariff.command()
def show(named: _Named, language: _Language = None) -> None:
    """Print what a tariff sells: rows, rules, prices, terms."""
    _call("tariff_show", named, language)


@tariff.command()
def diff(first: _Named, second: _Named, language: _Language = None) -> None:
    """Print what two tariff tables say differently."""
    _call("tariff_diff", first, second, language)


@tariff.command()
def quote(
    file: Annotated[Path, typer.Argument(help="JSON: one case, or a list of them under `cases` (docs/quote.md).")],
    tables: Annotated[
        list[Path] | None,
        typer.Option(help="TOML files of tariffs besides the packaged ones and those of DENWABAN_TARIFFS."),
    ] = None,
) -> None:
    """Answer cases about the tariffs: decisions, entitlements, invoices; nothing is stored."""
    _call("tariff_quote", file, tables or [])


@tariff.command()
def prices_page() -> None:
    """Write docs/prices.md from the packaged tariff tables."""
    _call("prices_page")


@tariff.command()
def entitlements_page() -> None:
    """Write docs/entitlements.md from the packaged tariff tables."""
    _call("entitlements_page")


def main() -> None:
    """The console script."""
    app()


if __name__ == "__main__":
    main()
