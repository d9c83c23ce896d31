"""The part of the bench about invoices: measured in a process of its own, told as goals and as a section."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from rich.progress import Progress

from tests.load.invoices import LIMIT_MIB, LIMIT_SECONDS
from tests.load.results import Result

CALLS_EACH = 1_000
LIMIT = 600
"""Seconds; ten times what it may take."""
TOLD = """\
Invoices of one month under Connect × MiiTel, each from the call records of its tenant, made one by one as they would be
read: rated, summed by line, taxed. Wall clock, no database; the highest resident memory of the process, tables
included."""


def measure(tenants: int, progress: Progress) -> dict[str, Any]:
    """The figures for so many tenants with a thousand calls each."""
    task = progress.add_task("invoices", total=None)
    sizes = ["--tenants", str(tenants), "--calls", str(tenants * CALLS_EACH)]
    command = [sys.executable, "-m", "tests.load.invoices", "--json", *sizes]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=True)
    progress.update(task, total=1, completed=1)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def goals(result: Result) -> Iterator[tuple[str, bool, str]]:
    """Each goal, whether it is reached, and what was measured; none for a smaller run, which would say nothing."""
    data = result.data
    if data["calls"] < 1_000_000:
        return
    name = f"{data['tenants']:,} invoices from {data['calls']:,} call records"
    seconds, mebibytes = data["seconds"], data["mebibytes"]
    yield f"{name}: < {LIMIT_SECONDS} s", seconds < LIMIT_SECONDS, f"{seconds:.1f} s"
    yield f"{name}: < {LIMIT_MIB} MB", mebibytes < LIMIT_MIB, f"{mebibytes:.0f} MiB"


def section(result: Result) -> Iterator[str]:
    """The lines of the page."""
    data = result.data
    yield from ("## Invoices", "", TOLD, "")
    yield from (
        "| tenants | call records | s | records a second | MiB | lines |",
        "| --- | --- | --- | --- | --- | --- |",
    )
    each = data["calls"] / data["seconds"]
    yield (
        f"| {data['tenants']:,} | {data['calls']:,} | {data['seconds']:.1f} | {each:,.0f} | {data['mebibytes']:.0f} "
        f"| {data['lines']:,} |"
    )
