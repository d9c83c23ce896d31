"""What the api counts of itself and of the boards, for Prometheus; labels are tenant, queue, state and route only."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Callable, Iterable
from datetime import datetime
from time import perf_counter
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.live import LiveBoards
from kernel.moment import seconds_between
from reports.board_view import view


class Metrics:
    """One registry per app."""

    media_type: Final = CONTENT_TYPE_LATEST

    def __init__(self, boards: LiveBoards, clock: Callable[[], datetime]) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Boards(boards, clock))
        self._requests = Counter(
            "denwaban_api_requests", "Requests by status", ["method", "route", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "denwaban_api_request_seconds", "Time to the end of an answer", ["route"], registry=self._registry
        )

    def page(self) -> bytes:
        """Everything in the text format."""
        return generate_latest(self._registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """One answered request; `route` is the path's template, never the path."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)


class Counted:
    """ASGI middleware: counts each HTTP request with its status and time."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, status = perf_counter(), 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            route = getattr(scope.get("route"), "path", "unknown")
            self._metrics.count(scope["method"], route, status, perf_counter() - begun)


class _Boards(Collector):
    """Reads the boards when it is asked."""

    def __init__(self, boards: LiveBoards, clock: Callable[[], datetime]) -> None:
        self._boards = boards
        self._clock = clock

    def collect(self) -> Iterable[GaugeMetricFamily]:
        now = self._clock()
        waiting = _gauge("denwaban_queue_waiting", "Callers waiting", "tenant", "queue")
        longest = _gauge("denwaban_queue_longest_wait_seconds", "Wait of the caller waiting longest", "tenant", "queue")
        agents = _gauge("denwaban_agents", "Agents by shown state", "tenant", "state")
        used = _gauge("denwaban_seats_in_use", "Seats taken", "tenant")
        limit = _gauge("denwaban_seats_limit", "Seats bought", "tenant")
        watchers = _gauge("denwaban_live_watchers", "Open live views")
        watchers.add_metric([], self._boards.watchers())
        for board in self._boards.boards():
            seen = view(board, now)
            for queue in seen.queues:
                since = queue.longest_wait_since
                waiting.add_metric([board.tenant, queue.id], queue.waiting)
                longest.add_metric([board.tenant, queue.id], seconds_between(since, now) if since is not None else 0.0)
            for state, count in Tally(agent.state for agent in seen.agents).items():
                agents.add_metric([board.tenant, state], count)
            used.add_metric([board.tenant], seen.seats.used)
            if seen.seats.limit is not None:
                limit.add_metric([board.tenant], seen.seats.limit)
        return waiting, longest, agents, used, limit, watchers


def _gauge(name: str, help: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help, labels=labels)
