"""Writes docs/benchmarks.md from what was kept: every figure with its interval, the losing ones among them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from tests.load import arms, checks, entitlements, figures, invoiced, page_before, queue_page, tenants
from tests.load.checks import Check
from tests.load.page_lines import EVERY, SEED, Lines, compared, each, goal, of_part, row, times, turned, used
from tests.load.results import Result
from tests.load.texts import HEAD, MEASURES, REPEAT

OURS, THEIRS, TWIN = "denwaban", "app_queue", "app_queue twin"
FLOOR = "create + dial: BYE → next INVITE"
MIB = 1024 * 1024
LAW_P99 = 990.0
"""As checks.LAW_MEAN."""

Kept = Mapping[str, Result]
_GOALS, _CHECKS, _RULE = "Goals", "Can the bench be believed?", "| --- | --- | --- | --- |"


def write(kept: Kept, before: str = "") -> str:
    """The whole page; of a part that was not run stays what the page said `before`."""
    earlier = page_before.read(before)
    lines = [HEAD, *_machine(kept, earlier)]
    lines += ["", f"## {_GOALS}", "", "| goal | reached | measured | part |", _RULE]
    lines += _ordered(earlier.rows_of(_GOALS, kept), _verdicts(kept))
    for part, section in _SECTIONS.items():
        if part in kept:
            lines += ["", *page_before.with_origin(kept[part], iter(section(kept[part])))]
        elif part in earlier.sections:
            lines += ["", earlier.sections[part]]
    lines += queue_page.calls(kept)
    lines += ["", f"## {_CHECKS}", "", "| check | held | measured | part |", _RULE]
    lines += _ordered(earlier.rows_of(_CHECKS, kept), _checks(kept))
    lines += ["", *_configuration(), "", REPEAT]
    return "\n".join(lines) + "\n"


def _ordered(*groups: Iterable[tuple[str, str]]) -> Lines:
    """The rows in the order of the page's parts; one measured anew takes the place of the one that was there."""
    order = [EVERY, *_SECTIONS, "check"]
    rows = {row.partition(" | ")[0]: (part, row) for group in groups for part, row in group}
    return (row for _, row in sorted(rows.values(), key=lambda one: order.index(one[0])))


def bench_checks(kept: Kept) -> list[Check]:
    """What must hold for the figures to count."""
    return [check for _, found in _checks_of(kept) for check in found]


def _checks_of(kept: Kept) -> Iterator[tuple[str, list[Check]]]:
    if "B1" in kept:
        yield "B1", [checks.law("app_queue in B1", kept["B1"].data["arms"][THEIRS] or [0.0])]
    if "check" in kept and all(kept["check"].data["arms"].values()):
        both = kept["check"].data["arms"]
        yield "check", [checks.law("app_queue in the check", both[THEIRS]), checks.same(both[THEIRS], both[TWIN])]
    for part in ("B1", "B1-default", "B2", "B9", "check", "B6", "B10"):
        if part in kept:
            yield part, list(_undisturbed(part, kept[part].data))
    for part in ("B4", "B5-200", "B5-2000"):
        if part in kept:
            for cell, data in kept[part].data["cells"].items():
                yield part, list(_undisturbed(f"{part}, {cell}", data))
    yield "B6", queue_page.bench_checks(kept)


def _undisturbed(name: str, data: Mapping[str, Any]) -> tuple[Check, ...]:
    watched = data["watched"]
    return checks.undisturbed(name, watched["load_busy"], watched["dropped"], data["repeated"], data["failed"])


def _machine(kept: Kept, earlier: page_before.Before) -> Lines:
    if kept:
        newest = max(kept.values(), key=lambda result: result.at)
        told = ", ".join(f"{name} {value}" for name, value in newest.machine.items())
        yield f"Machine: {told}."
    else:
        yield earlier.machine


def _verdicts(kept: Kept) -> Iterator[tuple[str, str]]:
    """The goals and whether they are reached."""
    for part, goals in _GOALS_OF.items():
        if part in kept:
            try:
                rows = list(goals(kept))
            except ValueError:
                rows = [goal(f"{part}: measured at all", False, "no samples")]
            yield from of_part(part, rows)
    yield from queue_page.goals(kept)


def _b1_goals(kept: Kept) -> Lines:
    ours, theirs = kept["B1"].data["arms"][OURS], kept["B1"].data["arms"][THEIRS]
    for name, of, limit in (("mean", figures.mean, 1 / 100), ("p99", figures.p99, 1 / 50)):
        found = figures.ratio(ours, theirs, of, SEED)
        yield goal(f"free → ring, {name}: ≤ 1/{1 / limit:.0f} of app_queue's", found.value <= limit, turned(found))
    if "F0" in kept:
        found = figures.ratio(ours, kept["F0"].data["floors"][FLOOR], figures.mean, SEED)
        yield goal("free → ring, mean: ≤ 2 × Asterisk's own floor (F0)", found.value <= 2, times(found))


def _b2_goals(kept: Kept) -> Lines:
    ring = kept["B2"].data["ring"]
    found = figures.ratio(ring[OURS], ring[THEIRS], figures.median, SEED)
    more = figures.summary(ring[OURS]).median - figures.summary(ring[THEIRS]).median
    yield goal("an agent is free, median: ≤ 2 × app_queue", found.value <= 2, times(found))
    yield goal("an agent is free, median: ≤ 10 ms more", more <= 10, f"{more:+.1f} ms")


def _b9_goals(kept: Kept) -> Lines:
    one, many = kept["B9"].data["arms"][tenants.ONE], kept["B9"].data["arms"][tenants.MANY]
    for name, of, limit in (("mean", figures.mean, checks.LAW_MEAN / 100), ("p99", figures.p99, LAW_P99 / 50)):
        found, value = figures.ratio(many, one, of, SEED), float(of(np.asarray(many)))
        yield goal(
            f"200 tenants × 10 agents, free → ring, {name}: ≤ {limit:.1f} ms (B1's goal by app_queue's law)",
            value <= limit,
            f"{value:.1f} ms, {times(found)} one tenant's",
        )


def _crowd_goals(kept: Kept) -> Lines:
    clicks = kept["crowd"].data["times"]
    for name, key, limit in (
        ("click → fact → board", "shown", 50.0),
        ("sign-in, a shift begins within a minute", "sign_in", 30.0),
    ):
        high = figures.summary(clicks[key]).p99
        yield goal(f"2,000 agents: {name}, p99: ≤ {limit:.0f} ms", high <= limit, f"{high:.1f} ms")


def _entitlements_goals(kept: Kept) -> Lines:
    asked = kept["entitlements"].data["microseconds"]
    slowest = max(figures.summary(asked[name]).p99 for name in asked if name != entitlements.ANEW)
    yield goal("a question about entitlements on the call path, p99: < 50 µs", slowest < 50, f"{slowest:.2f} µs")


def _invoices_goals(kept: Kept) -> Lines:
    yield from (goal(*one) for one in invoiced.goals(kept["invoices"]))


def _rest_goals(kept: Kept) -> Lines:
    data = kept["rest"].data
    whole = sum(data["memory"].values()) / MIB
    yield goal("controller + api + worker at rest: ≤ 300 MiB", whole <= 300, f"{whole:.0f} MiB")
    yield goal("nothing happens: no decision", data["decisions"] == 0, f"{data['decisions']} decisions")
    share = data["shares"]["controller"]
    yield goal("nothing happens: controller < 1 % of a core", share < 0.01, f"{share:.2%}, renewals included")


_GOALS_OF: dict[str, Callable[[Kept], Lines]] = {
    "B1": _b1_goals,
    "B2": _b2_goals,
    "B9": _b9_goals,
    "crowd": _crowd_goals,
    "entitlements": _entitlements_goals,
    "invoices": _invoices_goals,
    "rest": _rest_goals,
}


def _b1(result: Result) -> Lines:
    yield from ("## B1: free → ring (L1)", "", MEASURES["B1"], "")
    yield from compared(result.data["arms"])
    yield from ("", f"Fewest callers waiting when an agent became free: {each(result.data['backlog'])}.")
    yield from used(result)
    for arm, edges in ((OURS, (2, 4, 6, 8, 10, 15, 20, 50)), (THEIRS, (100, 200, 300, 400, 500, 600, 700, 800, 900))):
        yield from ("", f"{arm}, milliseconds:", "", "```text")
        yield from figures.histogram(result.data["arms"][arm], edges)
        yield "```"


def _b1_default(result: Result) -> Lines:
    yield from ("## B1 with app_queue's default `retry = 5`", "", MEASURES["B1-default"], "")
    yield from compared(result.data["arms"])


def _b2(result: Result) -> Lines:
    yield from ("## B2: a call finds an idle agent", "", MEASURES["B2"], "")
    for name, key in (
        ("Caller's INVITE → agent's INVITE (L2)", "ring"),
        ("Agent's 200 → his first sound (L3)", "sound"),
    ):
        if all(result.data[key].values()):
            yield from (f"{name}:", "")
            yield from compared(result.data[key])
            yield ""
    yield from used(result)


def _b9(result: Result) -> Lines:
    yield from ("## B9: 200 tenants × 10 agents", "", MEASURES["B9"], "")
    data = result.data
    yield from compared({arm: data["arms"][arm] for arm in (tenants.MANY, tenants.ONE)})
    yield ""
    yield f"Tenants whose callers waited: {data['called']}; the slowest of them: mean {data['slowest']:.1f} ms."
    yield from used(result)


def _crowd(result: Result) -> Lines:
    yield from ("## 2,000 agents sign in and click", "", MEASURES["crowd"], "")
    yield from ("| ms | n | mean | median | p95 | p99 | max |", "| --- | --- | --- | --- | --- | --- | --- |")
    for name, key in (
        ("sign-in, 33 a second", "sign_in"),
        ("sign-in, all at one moment", "burst"),
        ("click answered", "answered"),
        ("click → fact → board", "shown"),
    ):
        yield f"| {name}{row(result.data['times'][key], 1)}"
    yield from used(result, "while they clicked")


def _entitlements(result: Result) -> Lines:
    yield from ("## Entitlements", "", MEASURES["entitlements"], "")
    yield from ("| µs | n | mean | median | p95 | p99 | max |", "| --- | --- | --- | --- | --- | --- | --- |")
    for name, samples in result.data["microseconds"].items():
        yield f"| {name}{row(samples, 2)}"


def _f0(result: Result) -> Lines:
    yield from ("## F0: floors", "", MEASURES["F0"], "", "| ms | n | mean | median | p95 | p99 | max |")
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, samples in result.data["floors"].items():
        yield f"| {name}{row(samples, 3)}"


def _path(result: Result) -> Lines:
    yield from ("## Where the time goes", "", MEASURES["path"], "", "| ms | n | mean | median | p95 | p99 | max |")
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for name, samples in result.data["steps"].items():
        if samples:
            yield f"| {name}{row(samples, 2)}"
    for key, name in (
        ("before_create", "the event and the first request for the ring"),
        ("before_dial", "that and the dial"),
    ):
        if not result.data[key]:
            continue
        words = ", ".join(f"{word} {count:.2f}" for word, count in result.data[key].items())
        yield from ("", f"What else crosses the socket between {name}, for each ring (→ asked, ← told): {words}.")


def _rest(result: Result) -> Lines:
    data = result.data
    yield from (
        "## At rest",
        "",
        MEASURES["rest"],
        "",
        "| | memory (PSS), MiB | share of a core |",
        "| --- | --- | --- |",
    )
    for name, share in data["shares"].items():
        memory = f"{data['memory'][name] / MIB:.1f}" if name in data["memory"] else ""
        yield f"| {name} | {memory} | {share:.2%} |"
    yield ""
    yield (
        f"Callers waiting: {data['waiting']}. In {data['seconds']:.0f} s: {data['decisions']} decisions, "
        f"{data['renewals']} lease renewals."
    )


def _ari(result: Result) -> Lines:
    yield from ("## ARI operations", "", MEASURES["ari"], "", result.data["table"])


def _checks(kept: Kept) -> Iterator[tuple[str, str]]:
    for part, found in _checks_of(kept):
        yield from of_part(part, (goal(check.name, check.ok, check.told) for check in found))


def _configuration() -> Lines:
    yield from ("## app_queue's configuration", "", "```ini")
    yield arms.QUEUES.format(what="best", name="best", retry=arms.BEST_RETRY, announcements=arms.QUIET).rstrip()
    yield from ("member => PJSIP/q0001  ; … and so on", "```", "", MEASURES["configuration"])


_SECTIONS: dict[str, Callable[[Result], Lines]] = {
    "B1": _b1,
    "B1-default": _b1_default,
    "B2": _b2,
    **queue_page.SECTIONS,
    "B9": _b9,
    "crowd": _crowd,
    "entitlements": _entitlements,
    "invoices": invoiced.section,
    "F0": _f0,
    "path": _path,
    "rest": _rest,
    "ari": _ari,
}
"""In the order of the page."""
