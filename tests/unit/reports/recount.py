"""Counts everything on a board once more, slowly and from the raw facts alone, with nothing of the product's folds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from acd import facts
from acd.config import QueueConfig
from acd.facts import Body
from kernel.fact import Fact

History = Sequence[Fact[Body]]


@dataclass(frozen=True)
class Wait:
    """One call in one queue; `outcome` is empty while it waits."""

    call: str
    queue: str
    since: datetime
    settings: QueueConfig
    outcome: str = ""
    waited: float = 0.0


def waits(history: History) -> list[Wait]:
    """Every wait, begun or over."""
    settings: dict[str, QueueConfig] = {}
    found: list[Wait] = []
    last: dict[str, int] = {}
    for fact in history:
        body = fact.body
        if isinstance(body, facts.QueueConfigured):
            settings[body.queue.id] = body.queue
        elif isinstance(body, facts.CallQueued):
            last[body.call] = len(found)
            found.append(Wait(body.call, body.queue, body.since, settings[body.queue]))
        elif isinstance(body, facts.CallLeftQueue):
            found[last[body.call]] = replace(found[last[body.call]], outcome=body.outcome, waited=body.waited)
    return found


def again(history: History) -> list[Wait]:
    """The waits of those who were cut off from whom they talked with, and are one call and one record all the same."""
    seen: set[str] = set()
    found = []
    for wait in waits(history):
        if wait.call in seen:
            found.append(wait)
        seen.add(wait.call)
    return found


def counts(history: History, queue: str, begin: datetime) -> dict[str, Any]:
    """The row of a queue for everybody whose wait began at `begin` or later."""
    mine = [wait for wait in waits(history) if wait.queue == queue and wait.since >= begin]
    answered = [wait for wait in mine if wait.outcome == "answered"]
    gave_up = [wait for wait in mine if wait.outcome == "abandoned"]
    in_time = [wait for wait in answered if wait.waited <= wait.settings.answer_within]
    refused = [f for f in history if isinstance(f.body, facts.WaitRefused) and f.body.queue == queue and f.at >= begin]
    return {
        "offered": len(mine),
        "answered": len(answered),
        "abandoned": len(gave_up),
        "short_abandoned": len([wait for wait in gave_up if wait.waited <= wait.settings.short_abandon]),
        "overflowed": len([wait for wait in mine if wait.outcome in ("overflowed", "left_by_key")]),
        "callbacks": len([wait for wait in mine if wait.outcome == "callback"]),
        "left_by_key": len([wait for wait in mine if wait.outcome == "left_by_key"]),
        "redialled": len([f for f in history if isinstance(f.body, facts.RedialRecognised) and f.body.queue == queue]),
        "failed": len([wait for wait in mine if wait.outcome == "platform_failure"]),
        "turned_away": len(refused),
        "asa_seconds": sum(wait.waited for wait in answered) / len(answered) if answered else None,
        "service_level": len(in_time) / len(mine) if mine else None,
    }


def waiting_now(history: History, queue: str) -> list[datetime]:
    """From when each caller in the queue has waited."""
    return [wait.since for wait in waits(history) if wait.queue == queue and not wait.outcome]


Span = tuple[str, str, datetime, datetime | None]
"""(agent, what, from, until; None: still)."""


def spans(history: History) -> Iterator[Span]:
    """Every stretch of talk, hold and wrap-up of every agent; talk includes its holds here."""
    agents = {f.body.leg: f.body.agent for f in history if isinstance(f.body, facts.LegStarted) and f.body.agent}
    inside: dict[str, dict[str, str]] = {}
    talking: dict[str, datetime] = {}
    holding: dict[str, datetime] = {}
    wrapping: dict[str, datetime] = {}

    def leave(leg: Any, at: datetime) -> Iterator[Span]:
        if leg in talking:
            yield agents[leg], "talk", talking.pop(leg), at
        if leg in holding:
            yield agents[leg], "hold", holding.pop(leg), at

    for fact in history:
        match fact.body:
            case facts.LegJoined(leg=leg, conversation=conversation):
                inside.setdefault(conversation, {})[leg] = leg
                if leg in agents:
                    talking[leg] = fact.at
            case facts.LegLeft(leg=leg) | facts.LegGone(leg=leg):
                yield from leave(leg, fact.at)
            case facts.ConversationEnded(conversation=conversation):
                for leg in inside.pop(conversation, {}):
                    yield from leave(leg, fact.at)
            case facts.LegHeld(leg=leg):
                holding[leg] = fact.at
            case facts.LegUnheld(leg=leg):
                yield agents[leg], "hold", holding.pop(leg), fact.at
            case facts.WrapUpStarted(agent=agent):
                wrapping[agent] = fact.at
            case facts.AgentFreed(agent=agent) if agent in wrapping:
                yield agent, "wrap_up", wrapping.pop(agent), fact.at
            case _:
                continue
    yield from ((agents[leg], "talk", since, None) for leg, since in talking.items())
    yield from ((agents[leg], "hold", since, None) for leg, since in holding.items())
    yield from ((agent, "wrap_up", since, None) for agent, since in wrapping.items())


def spent(history: History, agent: str, what: str, begin: datetime, now: datetime) -> float:
    """Seconds of it between `begin` and `now`."""
    found = [(since, until or now) for who, kind, since, until in spans(history) if (who, kind) == (agent, what)]
    return sum(max(0.0, (min(until, now) - max(since, begin)).total_seconds()) for since, until in found)


def answered(history: History, agent: str, begin: datetime) -> int:
    """How many offers the agent took."""
    return len(
        [f for f in history if isinstance(f.body, facts.OfferAccepted) and f.body.agent == agent and f.at >= begin]
    )


def seats(history: History) -> int:
    """How many seats are taken."""
    kinds = [type(fact.body) for fact in history]
    return kinds.count(facts.SeatTaken) - kinds.count(facts.SeatReturned)


def places(history: History, number: str) -> int:
    """How many waiting places of the number are taken."""
    mine = [type(fact.body) for fact in history if getattr(fact.body, "number", None) == number]
    return mine.count(facts.WaitingPlaceTaken) - mine.count(facts.WaitingPlaceReturned)


def channels(history: History, line: str) -> int:
    """How many channels of the line are in use."""
    gone = {fact.body.leg for fact in history if isinstance(fact.body, facts.LegGone)}
    begun = [f.body for f in history if isinstance(f.body, facts.LegStarted) and f.body.line == line]
    return len([leg for leg in begun if leg.leg not in gone])


def midnight(now: datetime, zone: tzinfo) -> datetime:
    """The beginning of the day of `now` where the tenant is."""
    local = now.astimezone(zone)
    return datetime(local.year, local.month, local.day, tzinfo=zone)


def quarter(now: datetime, zone: tzinfo) -> datetime:
    """The last full quarter of an hour of the tenant's clock."""
    local = now.astimezone(zone)
    return local.replace(minute=local.minute // 15 * 15, second=0, microsecond=0)
