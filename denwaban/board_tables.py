"""How the board looks in a terminal: queues, agents, what is in use and the last calls, in Japanese or English."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from acd.model import Shown
from api.schemas.agent import Agent
from api.schemas.board import Capacity, FinishedCall
from api.schemas.queue import Counts, Queue
from api.texts import codes, label
from denwaban.board_state import BoardState
from kernel.moment import TOKYO, seconds_between
from reports.agent_times import Doing
from reports.queue_counts import QUARTER

_COLOURS: Final = {
    Shown.READY: "green",
    Shown.OFFERED: "yellow",
    Shown.ON_CALL: "cyan",
    Shown.WRAP_UP: "blue",
    Shown.PAUSED: "magenta",
    Shown.MISSED: "red",
    Shown.UNREACHABLE: "red",
    Shown.NOT_CONNECTABLE: "red",
    Shown.LISTENING: "cyan",
    Shown.SIGNED_OUT: "dim",
}
_COUNTS: Final = 8
"""How many cells the counts of one period have."""
_DAY: Final = 24 * 3600.0
_QUARTER: Final = QUARTER * 60.0


def draw(state: BoardState, now: datetime, language: str) -> Group:
    """Everything at the moment `now`; grey when the feed has stopped, so that nothing old looks new."""
    tables = (_queues(state, now, language), _agents(state, now, language), _calls(state, language))
    for table in tables:
        table.style = "none" if state.connected else "dim"
    return Group(_head(state, now, language), _uses(state, language), *tables)


def _head(state: BoardState, now: datetime, language: str) -> Text:
    text = Text(f"電話番 denwaban  {now.astimezone(TOKYO):%Y/%m/%d %H:%M:%S}  ")
    if state.as_of is not None:
        text.append(f"{label('board', 'as_of', language)} {state.as_of.astimezone(TOKYO):%H:%M:%S}  ", "dim")
    if not state.connected:
        text.append(f"{label('board', 'lost', language)} {state.trouble}", "bold red")
    elif not state.open:
        text.append(label("board", "held", language), "bold yellow")
    return text


def _uses(state: BoardState, language: str) -> Text:
    """Seats, waiting places and channels: used / limit, in all and in parts."""
    text = Text()
    for name, capacity in (("seats", state.seats), ("places", state.places), ("channels", state.channels)):
        text.append(f"{label('board', name, language)} {_of(capacity.used, capacity.limit)}", "bold")
        text.append(f"{_parts(capacity)}   ")
    return text


def _parts(capacity: Capacity) -> str:
    named = [f"{part.of} {_of(part.used, part.limit)}" for part in capacity.parts if part.of]
    return f" ({', '.join(named)})" if named else ""


def _of(used: int, limit: int | None) -> str:
    return f"{used}/{'∞' if limit is None else limit}"


def _table(title: str, columns: tuple[str, ...], language: str) -> Table:
    table = Table(title=label("board", title, language), title_justify="left", expand=True)
    for number, column in enumerate(columns):
        table.add_column(label("board", column, language), justify="left" if number == 0 else "right")
    return table


def _queues(state: BoardState, now: datetime, language: str) -> Table:
    """Two lines for each queue: today, and the running quarter of an hour."""
    columns = (
        "queue", "waiting", "callbacks_waiting", "longest_wait", "ready", "period", "offered", "answered",
        "abandoned", "short_abandoned", "overflowed", "turned_away", "service_level", "asa",
    )  # fmt: skip
    table = _table("queues", columns, language)
    for _, queue in sorted(state.queues.items()):
        longest = _since(queue.longest_wait_since, now) if queue.longest_wait_since is not None else "-"
        head = (queue.name, str(queue.waiting), str(queue.callbacks_waiting), longest, str(queue.ready))
        table.add_row(*head, label("board", "today", language), *_count_cells(queue, queue.today, _DAY, now))
        quarter = _count_cells(queue, queue.quarter, _QUARTER, now)
        table.add_row("", "", "", "", "", label("board", "quarter", language), *quarter)
    return table


def _count_cells(queue: Queue, counts: Counts, length: float, now: datetime) -> tuple[str, ...]:
    """Nothing, when the period is over and no fact has begun the next one yet."""
    if seconds_between(counts.since, now) >= length:
        return ("-",) * _COUNTS
    of_all = (
        counts.offered, counts.answered, counts.abandoned, counts.short_abandoned, counts.overflowed,
        counts.turned_away,
    )  # fmt: skip
    asa = "-" if counts.asa_seconds is None else _clock(counts.asa_seconds)
    return (*map(str, of_all), _service_level(queue, counts), asa)


def _service_level(queue: Queue, counts: Counts) -> str:
    """`SL-strict 83% (80/20)`: the formula by name, what was reached, what is aimed at within how many seconds."""
    reached = "-" if counts.service_level is None else f"{counts.service_level:.0%}"
    terms = queue.service
    return f"{terms.formula} {reached} ({terms.target * 100:g}/{terms.within_seconds:g})"


def _agents(state: BoardState, now: datetime, language: str) -> Table:
    columns = ("agent", "state", "since", "queue", "call", "answered", "talk", "hold", "wrap_up")
    table = _table("agents", columns, language)
    for _, agent in sorted(state.agents.items()):
        row = _agent_cells(agent, state, now, language)
        table.add_row(row[0], Text(row[1], _COLOURS[agent.state]), *row[2:])
    return table


def _agent_cells(agent: Agent, state: BoardState, now: datetime, language: str) -> tuple[str, ...]:
    shown = label("shown", agent.state, language)
    if agent.state is Shown.PAUSED and agent.reason in codes("pause"):
        shown = f"{shown} ({label('pause', agent.reason, language)})"
    elif agent.state is Shown.PAUSED and agent.reason_name:
        shown = f"{shown} ({agent.reason_name})"
    queue, today = _queue_name(state, agent.queue), agent.today
    times = ((Doing.TALK, today.talk_seconds), (Doing.HOLD, today.hold_seconds), (Doing.WRAP_UP, today.wrap_up_seconds))
    spent = (_clock(seconds + _running(agent, kind, now)) for kind, seconds in times)
    return (agent.name, shown, _since(agent.since, now), queue, _short(agent.call), str(today.answered), *spent)


def _running(agent: Agent, kind: Doing, now: datetime) -> float:
    """What is to be added for what he is doing right now."""
    if agent.doing is not kind or agent.doing_since is None:
        return 0.0
    return max(0.0, seconds_between(agent.doing_since, now))


def _calls(state: BoardState, language: str) -> Table:
    table = _table("calls", ("call", "direction", "ended", "queue", "agent", "outcome", "wait", "talk"), language)
    for line in state.finished:
        table.add_row(*_call_cells(line, state, language))
    return table


def _call_cells(line: FinishedCall, state: BoardState, language: str) -> tuple[str, ...]:
    agent = state.agents.get(line.agent) if line.agent is not None else None
    outcome = label("outcome", line.outcome, language) if line.outcome in codes("outcome") else line.outcome
    return (
        _short(line.call),
        label("direction", line.direction, language),
        f"{line.ended.astimezone(TOKYO):%H:%M:%S}",
        _queue_name(state, line.queue),
        agent.name if agent is not None else "-",
        outcome,
        _clock(line.wait_seconds),
        _clock(line.talk_seconds),
    )


def _queue_name(state: BoardState, queue: str | None) -> str:
    known = state.queues.get(queue) if queue is not None else None
    return known.name if known is not None else "-"


def _short(call: str | None) -> str:
    """The end of an id is enough to tell calls apart."""
    return "-" if call is None else f"…{call[-6:]}"


def _since(moment: datetime, now: datetime) -> str:
    return _clock(max(0.0, seconds_between(moment, now)))


def _clock(seconds: float) -> str:
    """h:mm:ss"""
    return str(timedelta(seconds=int(seconds)))
