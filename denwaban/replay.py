"""`denwaban replay`: a day of call records against another routing plan; both are read as the API gives them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import orjson
from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from acd.config import AgentConfig, QueueConfig
from kernel.ids import QueueId
from kernel.moment import TOKYO, day_start
from simulation.replay import Arrival, Plan, Result, Shift, Tally, replay


class Unusable(Exception):
    """A file does not hold what it should; its message says which and why."""


def main(records: Path, before: Path, after: Path) -> int:
    """Print what both plans make of the day; 1 with a sentence when a file cannot be used."""
    try:
        start, arrivals = day(_read(records, records.name), records.name)
        told = [replay(arrivals, plan(_read(path, path.name), path.name), start) for path in (before, after)]
    except (Unusable, ValueError) as error:
        print(f"denwaban cannot replay this: {error}", file=sys.stderr)
        return 1
    Console().print(_table(told[0], told[1]))
    return 0


def day(given: Any, name: str) -> tuple[datetime, list[Arrival]]:
    """The callers of GET /call-records (`items`) who joined a queue, and the first moment of their day in Tokyo."""
    try:
        joined = [item for item in given["items"] if item["queued"] is not None and item["queue"] is not None]
        moments = [datetime.fromisoformat(item["queued"]) for item in joined]
        if not moments:
            raise Unusable(f"in {name} nobody joined a queue")
        start = day_start(min(moments), TOKYO)
        pairs = zip(joined, moments, strict=True)
        return start, [_arrival(item, (moment - start).total_seconds()) for item, moment in pairs]
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable(f"{name} holds no call records: {type(error).__name__} {error}") from error


def _arrival(item: dict[str, Any], at: float) -> Arrival:
    answered = item["outcome"] == "completed"
    handling = float(item["talk_seconds"]) + float(item.get("hold_seconds", 0.0))
    patience = float(item["wait_seconds"]) if item["outcome"] == "abandoned" else None
    return Arrival(at, QueueId(item["queue"]), handling if answered else 0.0, patience)


def plan(given: Any, name: str) -> Plan:
    """`queues` and `agents` as GET /configuration/queues and /configuration/agents give their items; agents may have
    `begins` and `ends` beside, as 09:00."""
    try:
        queues = tuple(_checked(QueueConfig, item, name) for item in given["queues"])
        shifts = tuple(_shift(item, name) for item in given["agents"])
    except (KeyError, TypeError, ValueError) as error:
        raise Unusable(f"{name} holds no plan: {type(error).__name__} {error}") from error
    return Plan(queues, shifts)


def _shift(item: dict[str, Any], name: str) -> Shift:
    agent = _checked(AgentConfig, {"endpoint": item["id"], **item}, name)
    return Shift(agent, _seconds(item.get("begins", "00:00")), _seconds(item.get("ends", "24:00")))


def _seconds(clock: str) -> float:
    if clock == "24:00":
        return 86_400.0
    read = time.fromisoformat(clock)
    return read.hour * 3600.0 + read.minute * 60.0


def _checked(kind: Any, item: dict[str, Any], name: str) -> Any:
    try:
        return TypeAdapter(kind).validate_python(item)
    except ValidationError as error:
        first = error.errors()[0]
        raise Unusable(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def _read(path: Path, name: str) -> Any:
    try:
        return orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise Unusable(f"{name} cannot be read as JSON") from error


def _table(before: Result, after: Result) -> Table:
    table = Table(title="the same callers, before and after", title_justify="left")
    for number, column in enumerate(("", "", "before", "after")):
        table.add_column(column, justify="left" if number < 2 else "right")
    for queue in sorted({*before.queues, *after.queues}):
        one, other = before.queues.get(queue, Tally()), after.queues.get(queue, Tally())
        for row in _rows(one, other):
            table.add_row(queue, *row)
    table.add_row("", "occupancy", _share(before.occupancy), _share(after.occupancy))
    return table


def _rows(one: Tally, other: Tally) -> Iterable[tuple[str, str, str]]:
    yield "joined", str(one.offered), str(other.offered)
    yield "service level (SL-strict)", _share(one.level), _share(other.level)
    yield "mean wait of the answered (ASA)", _time(one.asa), _time(other.asa)
    yield "gave up", str(one.abandoned), str(other.abandoned)
    yield "left otherwise", str(one.left), str(other.left)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


def _time(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f} s"
