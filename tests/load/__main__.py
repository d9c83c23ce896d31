"""`make bench`: measures denwaban beside app_queue and writes docs/benchmarks.md.

Each part keeps its figures in var/bench/, so parts may be run one at a time; the page is written from all there are,
and what it said of the others stays.
"""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import suppress
from pathlib import Path
from subprocess import SubprocessError

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from tests.load import page, results
from tests.load.parts import PARTS, TOWNS, describe
from tests.load.rig import Rig, running_rig


def main() -> int:
    """0 when every part was measured and every check of the bench itself held."""
    given = _arguments()
    console = Console()
    if given.list:
        _list(console)
        return 0
    wanted = [name for name in PARTS if not given.part or name in given.part]
    if given.missing:
        wanted = [name for name in wanted if name not in results.kept()]
    broken: list[str] = []
    for town, settle in TOWNS.items():
        names = [name for name in wanted if PARTS[name].town == town]
        if names:
            console.print(f"starting a private platform for {', '.join(names)} (two minutes on a small machine)")
            with running_rig(settle()) as rig, _progress(console) as progress:
                broken += [name for name in names if not _measured(rig, name, given, console, progress)]
    kept = results.kept()
    before = given.out.read_text(encoding="utf-8") if given.out.exists() else ""
    text = page.write(kept, before)
    given.out.write_text(text, encoding="utf-8")
    console.print(text, markup=False, highlight=False, soft_wrap=True)
    failed = [check for check in page.bench_checks(kept) if not check.ok]
    for check in failed:
        console.print(f"[red]the bench cannot be believed: {check.name}: {check.told}")
    for name in broken:
        console.print(f"[red]{name} was not measured; what it said before stays (go on with --missing)")
    return 1 if failed or broken else 0


def _list(console: Console) -> None:
    """Each part with its size and its time."""
    for name, part in PARTS.items():
        console.print(f"{name:<14}{part.full:>8}  about {part.minutes:4.1f} min  on the platform `{part.town}`")


def _measured(rig: Rig, name: str, given: argparse.Namespace, console: Console, progress: Progress) -> bool:
    """False when it broke: the parts after it are worth their time all the same."""
    try:
        _measure(rig, name, given, console, progress)
    except (RuntimeError, OSError, SubprocessError) as error:
        console.print(f"[red]{name} broke: {type(error).__name__}: {error}", soft_wrap=True)
        with suppress(RuntimeError):
            rig.end_calls()
        return False
    return True


def _measure(rig: Rig, name: str, given: argparse.Namespace, console: Console, progress: Progress) -> None:
    begun, part = time.monotonic(), PARTS[name]
    samples = given.samples or (part.smoke if given.smoke else part.full)
    data = part.measure(rig, samples, progress)
    seconds = time.monotonic() - begun
    results.keep(name, samples, describe(rig), data, seconds)
    console.print(f"{name}: done in {seconds:.0f} s")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--list", action="store_true", help="only show the parts, their sizes and times")
    parser.add_argument("--smoke", action="store_true", help="small samples: does the bench work?")
    parser.add_argument("--samples", type=int, default=0, help="the size of every part")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part (may be given again)")
    parser.add_argument("--missing", action="store_true", help="only parts without a result: go on where it was")
    parser.add_argument("--out", type=Path, default=Path("docs/benchmarks.md"))
    return parser.parse_args()


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<20}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn(), console=console
    )


if __name__ == "__main__":
    sys.exit(main())
