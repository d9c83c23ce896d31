"""Writes docs/benchmarks.md from what was kept: every figure with its interval, the losing ones among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tests.load import arms, checks, entitlements, figures, invoiced, queue_page, tenants
from tests.load.checks import Check
from tests.load.page_lines import SEED, Lines, compared, each, goal, row, times, turned, used
from tests.load.results import Result
from tests.load.texts import HEAD, MEASURES, REPEAT

OURS, THEIRS, TWIN = "denwaban", "app_queue", "app_queue twin"
FLOOR = "create + dial: BYE → next INVITE"
MIB = 1024 * 1024
LAW_P99 = 990.0
"""As checks.LAW_MEAN."""

Kept = Mapping[str, Result]


def write(kept: Kept) -> str:
    """The whole page; a part that was not run is left out."""
    lines = [HEAD, *_machine(kept), *_verdicts(kept)]
    sections: dict[str, Callable[[Result], Lines]] = {
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
    for part, section in sections.items():
        if part in kept:
            lines += ["", *section(kept[part])]
    lines += ["", *_checks(kept), "", *_configuration(), "", REPEAT]
    return "\n".join(lines) + "\n"


def bench_checks(kept: Kept) -> list[Check]:
    """What must hold for the figures to count."""
    found: list[Check] = []
    if "B1" in kept:
        found.append(checks.law("app_queue in B1", kept["B1"].data["arms"][THEIRS]))
    if "check" in kept:
        both = kept["check"].data["arms"]
        found += [checks.law("app_queue in the check", both[THEIRS]), checks.same(both[THEIRS], both[TWIN])]
    for part in ("B1", "B1-default", "B2", "B9", "check", "B6", "B10"):
        if part in kept:
            found += _undisturbed(part, kept[part].data)
    for part in ("B4", "B5-200", "B5-2000"):
        if part in kept:
            for cell, data in kept[part].data["cells"].items():
                found += _undisturbed(f"{part}, {cell}", data)
    return found + queue_page.bench_checks(kept)


def _undisturbed(name: str, data: Mapping[str, Any]) -> tuple[Check, ...]:
    watched = data["watched"]
    return checks.undisturbed(name, watched["load_busy"], watched["dropped"], data["repeated"], data["failed"])


def _machine(kept: Kept) -> Lines:
    if kept:
        newest = max(kept.values(), key=lambda result: result.at)
        told = ", ".join(f"{name} {value}" for name, value in newest.machine.items())
        yield f"Measured {newest.at}. Machine: {told}."


def _verdicts(kept: Kept) -> Lines:
    """The goals and whether they are reached."""
    yield from ("", "## Goals", "", "| goal | reached | measured |", "| --- | --- | --- |")
    if "B1" in kept:
        ours, theirs = kept["B1"].data["arms"][OURS], kept["B1"].data["arms"][THEIRS]
        for name, of, limit in (("mean", figures.mean, 1 / 100), ("p99", figures.p99, 1 / 50)):
            found = figures.ratio(ours, theirs, of, SEED)
            yield goal(f"free → ring, {name}: ≤ 1/{1 / limit:.0f} of app_queue's", found.value <= limit, turned(found))
        if "F0" in kept:
            found = figures.ratio(ours, kept["F0"].data["floors"][FLOOR], figures.mean, SEED)
            yield goal("free → ring, mean: ≤ 2 × Asterisk's own floor (F0)", found.value <= 2, times(found))
    if "B2" in kept:
        ring = kept["B2"].data["ring"]
        found = figures.ratio(ring[OURS], ring[THEIRS], figures.median, SEED)
        more = figures.summary(ring[OURS]).median - figures.summary(ring[THEIRS]).median
        yield goal("an agent is free, median: ≤ 2 × app_queue", found.value <= 2, times(found))
        yield goal("an agent is free, median: ≤ 10 ms more", more <= 10, f"{more:+.1f} ms")
    yield from queue_page.goals(kept)
    if "B9" in kept:
        one, many = kept["B9"].data["arms"][tenants.ONE], kept["B9"].data["arms"][tenants.MANY]
        for name, of, limit in (("mean", figures.mean, checks.LAW_MEAN / 100), ("p99", figures.p99, LAW_P99 / 50)):
            found, value = figures.ratio(many, one, of, SEED), float(of(np.asarray(many)))
            yield goal(
                f"200 tenants × 10 agents, free → ring, {name}: ≤ {limit:.1f} ms (B1's goal by app_queue's law)",
                value <= limit,
                f"{value:.1f} ms, {times(found)} one tenant's",
            )
    if "crowd" in kept:
        clicks = kept["crowd"].data["times"]
        for name, key, limit in (
            ("click → fact → board", "shown", 50.0),
            ("sign-in, a shift begins within a minute", "sign_in", 30.0),
        ):
            high = figures.summary(clicks[key]).p99
            yield goal(f"2,000 agents: {name}, p99: ≤ {limit:.0f} ms", high <= limit, f"{high:.1f} ms")
    if "entitlements" in kept:
        asked = kept["entitlements"].data["microseconds"]
        slowest = max(figures.summary(asked[name]).p99 for name in asked if name != entitlements.ANEW)
        yield goal("a question about entitlements on the call path, p99: < 50 µs", slowest < 50, f"{slowest:.2f} µs")
    if "invoices" in kept:
        yield from (goal(*one) for one in invoiced.goals(kept["invoices"]))
    if "rest" in kept:
        data = kept["rest"].data
        whole = sum(data["memory"].values()) / MIB
        yield goal("controller + api + worker at rest: ≤ 300 MiB", whole <= 300, f"{whole:.0f} MiB")
        yield goal("nothing happens: no decision", data["decisions"] == 0, f"{data['decisions']} decisions")
        share = data["shares"]["controller"]
        yield goal("nothing happens: controller < 1 % of a core", share < 0.01, f"{share:.2%}, renewals included")


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


def _checks(kept: Kept) -> Lines:
    yield from ("## Can the bench be believed?", "", "| check | held | measured |", "| --- | --- | --- |")
    for check in bench_checks(kept):
        yield goal(check.name, check.ok, check.told)


def _configuration() -> Lines:
    yield from ("## app_queue's configuration", "", "```ini")
    yield arms.QUEUES.format(what="best", name="best", retry=arms.BEST_RETRY, announcements=arms.QUIET).rstrip()
    yield from ("member => PJSIP/q0001  ; … and so on", "```", "", MEASURES["configuration"])
