"""How the board looks in a terminal: queues, agents and the last calls, in Japanese or English."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from acd.model import Shown
from api.schemas.agent import Agent
from api.schemas.board import FinishedCall
from api.schemas.queue import Queue
from api.texts import codes, label
from denwaban.board_state import BoardState
from kernel.moment import TOKYO, seconds_between

_COLOURS: Final = {
    Shown.READY: "green",
    Shown.OFFERED: "yellow",
    Shown.ON_CALL: "cyan",
    Shown.WRAP_UP: "blue",
    Shown.PAUSED: "magenta",
    Shown.MISSED: "red",
    Shown.UNREACHABLE: "red",
    Shown.SIGNED_OUT: "dim",
}


def draw(state: BoardState, now: datetime, language: str) -> Group:
    """Everything at the moment `now`; grey when the feed has stopped, so that nothing old looks new."""
    tables = (_queues(state, now, language), _agents(state, now, language), _calls(state, language))
    for table in tables:
        table.style = "none" if state.connected else "dim"
    return Group(_head(state, now, language), *tables)


def _head(state: BoardState, now: datetime, language: str) -> Text:
    limit = "∞" if state.seats.limit is None else str(state.seats.limit)
    text = Text(f"電話番 denwaban  {now.astimezone(TOKYO):%Y/%m/%d %H:%M:%S}  ")
    text.append(f"{label('board', 'seats', language)} {state.seats.used}/{limit}  ", "bold")
    if not state.connected:
        text.append(f"{label('board', 'lost', language)} {state.trouble}", "bold red")
    elif not state.open:
        text.append(label("board", "held", language), "bold yellow")
    return text


def _table(title: str, columns: tuple[str, ...], language: str) -> Table:
    table = Table(title=label("board", title, language), title_justify="left", expand=True)
    for number, column in enumerate(columns):
        table.add_column(label("board", column, language), justify="left" if number == 0 else "right")
    return table


def _queues(state: BoardState, now: datetime, language: str) -> Table:
    columns = ("queue", "waiting", "longest_wait", "ready", "offered", "answered", "abandoned", "asa")
    table = _table("queues", columns, language)
    for _, queue in sorted(state.queues.items()):
        table.add_row(*_queue_cells(queue, now))
    return table


def _queue_cells(queue: Queue, now: datetime) -> tuple[str, ...]:
    longest = _since(queue.longest_wait_since, now) if queue.longest_wait_since is not None else "-"
    asa = _clock(queue.answered_wait_seconds / queue.answered) if queue.answered else "-"
    counts = (queue.ready, queue.offered, queue.answered, queue.abandoned)
    return (queue.name, str(queue.waiting), longest, *map(str, counts), asa)


def _agents(state: BoardState, now: datetime, language: str) -> Table:
    table = _table("agents", ("agent", "state", "since", "queue", "call", "answered"), language)
    for _, agent in sorted(state.agents.items()):
        row = _agent_cells(agent, state, now, language)
        table.add_row(row[0], Text(row[1], _COLOURS[agent.state]), *row[2:])
    return table


def _agent_cells(agent: Agent, state: BoardState, now: datetime, language: str) -> tuple[str, ...]:
    shown = label("shown", agent.state, language)
    if agent.state is Shown.PAUSED and agent.reason in codes("pause"):
        shown = f"{shown} ({label('pause', agent.reason, language)})"
    queue = _queue_name(state, agent.queue)
    return (agent.name, shown, _since(agent.since, now), queue, _short(agent.call), str(agent.answered_today))


def _calls(state: BoardState, language: str) -> Table:
    table = _table("calls", ("call", "ended", "queue", "agent", "outcome", "wait", "talk"), language)
    for line in state.finished:
        table.add_row(*_call_cells(line, state, language))
    return table


def _call_cells(line: FinishedCall, state: BoardState, language: str) -> tuple[str, ...]:
    agent = state.agents.get(line.agent) if line.agent is not None else None
    outcome = label("outcome", line.outcome, language) if line.outcome in codes("outcome") else line.outcome
    return (
        _short(line.call),
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
