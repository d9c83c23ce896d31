"""The goals and sections of docs/benchmarks.md about crowds, shared agents, theory on the wire and size."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import exp, lgamma, log, log1p
from statistics import mean
from typing import Any, Final

from simulation.outcomes import BATCHES, Estimate, Wait, measure
from tests.load import figures, grid, scale
from tests.load.checks import Check
from tests.load.page_lines import COLUMNS, EVERY, RULE, SEED, Lines, compared, each, goal, of_part, row, turned
from tests.load.queue_texts import MEASURES
from tests.load.results import Result

Kept = Mapping[str, Result]
Data = Mapping[str, Any]
OURS, THEIRS = "denwaban", "app_queue"
REAL, SIMULATED = 5_000, 100_000
UNSURE = 0.05
DECISIONS = 50_000
MATCHER: Final = {
    "for_agent": "the choice of a call for an agent",
    "for_call": "the choice of an agent for a call",
    "freed": "an agent is ready and given his call, everything recorded",
    "joined": "a caller joins and waits, everything recorded",
}
DAY_LIMIT = 120.0
_LEAST_BURN = 0.001
"""A share of a core below which processor time cannot be told from nothing."""
_COUNTED: Final = ("calls", "lost", "doubled", "rung_twice", "unheard")
_CELLS: Final = ("B4", "B5-200", "B5-2000")


def goals(kept: Kept) -> Iterator[tuple[str, str]]:
    """(part, row) of the goals."""
    for part, rows in _GOALS_OF.items():
        if part in kept:
            yield from of_part(part, rows(kept[part].data))
    yield from of_part(EVERY, _nothing_lost(kept))


def bench_checks(kept: Kept) -> list[Check]:
    """The perfect queue fed with what was on the wire is Erlang C within its interval."""
    if "B6" not in kept:
        return []
    data = kept["B6"].data
    found = waited(data["sides"][OURS]["perfect"])
    told = f"{found.mean:.0f} ± {found.half:.0f} ms (expected {data['expected']:.0f})"
    return [
        Check("B6: the calls on the wire were those of Erlang C (99 % interval)", found.holds(data["expected"]), told)
    ]


def waited(waits: Sequence[float]) -> Estimate:
    """The mean wait in milliseconds and its 99 % interval from batches; without width when they are too few."""
    if len(waits) < BATCHES:
        return Estimate(mean(waits), 0.0)
    listed = [Wait(float(turn), wait, True) for turn, wait in enumerate(waits)]
    return measure(listed, 0.0, 0.0, confidence=0.99).wait


def _b4_goals(data: Data) -> Lines:
    for cell, one in data["cells"].items():
        yield _against(f"waiting × members {cell}: free → ring, mean", one["arms"], figures.mean, 100)
    ours, theirs = (burned(data["burns"], arm) for arm in (OURS, THEIRS))
    told = f"{ours:+.2%} beside {theirs:+.2%} of a core above the music"
    reached = theirs > _LEAST_BURN and ours <= max(theirs / 100, _LEAST_BURN)
    yield goal("nothing happens beside 2,000 members: ≤ 1/100 of app_queue's burn, or none to be seen", reached, told)


def _b5_goals(data: Data) -> Lines:
    for cell, one in data["cells"].items():
        # A result that was kept from before may not know of heads.
        if "heads" in one:
            name = f"ten queues share {cell}: free → whoever has waited longest rings, mean"
            yield _against(name, one["heads"], figures.mean, 300)
        yield _against(f"ten queues share {cell}: free → anybody rings, mean", one["arms"], figures.mean, 300)
    if "rates" in data:
        yield _rate_goal(data["rates"])


def _rate_goal(rates: Data) -> str:
    ours, theirs = rates[OURS]["held"], rates[THEIRS]
    # Where app_queue held at no rate it is held against the lowest that broke it.
    beside = theirs["held"] or theirs["broke"]
    told = f"{ours:.1f} beside {'' if theirs['held'] else 'less than '}{beside:.1f} a second"
    told += f", {ours / beside:.1f} ×" if beside else ""
    return goal(
        "2,000 members in ten queues, calls a second: ≥ 3 × app_queue's", bool(beside) and ours >= 3 * beside, told
    )


def _b10_goals(data: Data) -> Lines:
    for name, of in (("mean", figures.mean), ("p99", figures.p99)):
        yield _against(f"with announcements: free → ring, {name}", data["arms"], of, 300)


def _b6_goals(data: Data) -> Lines:
    found = waited(data["sides"][OURS]["waits"])
    told = f"{found.mean:.0f} ± {found.half:.0f} ms, Erlang C {data['expected']:.0f} ms"
    yield goal("Erlang on the wire: mean wait", found.holds(data["expected"]), told)


def _tenant_goals(data: Data) -> Lines:
    told = f"{data['queues']:,} queues, {data['agents']:,} agents signed in at once"
    reached = data["queues"] >= scale.QUEUES and data["agents"] >= scale.AGENTS
    yield goal(f"a tenant of {scale.QUEUES:,} queues and {scale.AGENTS:,} agents on a running platform", reached, told)


def burned(burns: Sequence[Data], who: str) -> float:
    """What a system takes beside most members, above what the same callers take who only hear music."""

    def whole(name: str) -> float:
        last = max((burn for burn in burns if burn["who"] == name), key=lambda burn: int(burn["members"]))
        return float(sum(last["shares"].values()))

    return whole(who) - whole(grid.MUSIC_ONLY)


def _against(name: str, both: Mapping[str, Sequence[float]], of: figures.Statistic, limit: int) -> str:
    if not both[OURS] or not both[THEIRS]:
        return goal(f"{name}: ≤ 1/{limit} of app_queue's", False, "no samples")
    found = figures.ratio(both[OURS], both[THEIRS], of, SEED)
    return goal(f"{name}: ≤ 1/{limit} of app_queue's", found.value <= 1 / limit, turned(found))


def _nothing_lost(kept: Kept) -> Lines:
    whole = _counted(kept, OURS)
    if not whole["calls"]:
        return
    wrong = whole["lost"] + whole["doubled"] + whole["rung_twice"]
    told = f"{whole['calls']:,} calls: {whole['lost']} lost, {whole['doubled']} offered twice, "
    told += f"{whole['rung_twice']} agents rung twice; with 95 % certainty fewer than "
    told += f"{certain(wrong, whole['calls']) * 1000:.2f} in 1,000"
    yield goal(
        f"on the wire, ≥ {REAL:,} calls: none lost, none offered twice", not wrong and whole["calls"] >= REAL, told
    )


def calls(kept: Kept) -> Lines:
    """The section about every call of the run; none without calls."""
    both = {arm: _counted(kept, arm) for arm in (OURS, THEIRS)}
    if not both[OURS]["calls"]:
        return
    yield from ("", "## Real calls", "", MEASURES["calls"], "")
    yield "| | calls | lost | offered twice | agents rung twice | rings the robots did not hear |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for arm, whole in both.items():
        yield f"| {arm} | {' | '.join(f'{whole[name]:,}' for name in _COUNTED)} |"


def _counted(kept: Kept, arm: str) -> dict[str, int]:
    counts = [data["kept"][arm] for data in _traced(kept) if arm in data["kept"]]
    return {name: sum(count.get(name, 0) for count in counts) for name in _COUNTED}


def certain(wrong: int, calls: int) -> float:
    """The share that is not exceeded with 95 % certainty (Clopper and Pearson's upper bound)."""
    if wrong >= calls:
        return 1.0
    low, high = wrong / calls, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(wrong, calls, middle) > UNSURE else (low, middle)
    return high


def _at_most(wrong: int, calls: int, share: float) -> float:
    """The probability of no more than so many (binomial)."""
    ways = (lgamma(calls + 1) - lgamma(one + 1) - lgamma(calls - one + 1) for one in range(wrong + 1))
    yes, no = log(share), log1p(-share)
    return sum(exp(way + one * yes + (calls - one) * no) for one, way in enumerate(ways))


def _traced(kept: Kept) -> Iterator[Data]:
    """Every measurement whose messages were all read."""
    for part in ("B1", "B1-default", "B2", "B6", "B10"):
        if part in kept and "kept" in kept[part].data:
            yield kept[part].data
    for part in _CELLS:
        if part in kept:
            yield from kept[part].data["cells"].values()
    if "B5-2000" in kept:
        for arm, found in kept["B5-2000"].data["rates"].items():
            yield from ({"kept": {arm: step["kept"]}} for step in found["steps"] if step["held"])


def _m1_goals(data: Data) -> Lines:
    for name, told in MATCHER.items():
        found = figures.summary(data["microseconds"][name])
        rate, p99 = 1e6 / found.mean, found.p99 / 1000
        reached = rate >= DECISIONS and p99 < 1
        yield goal(f"matcher, {told}: ≥ {DECISIONS:,} a second, p99 < 1 ms", reached, f"{rate:,.0f}, p99 {p99:.2f} ms")


def _size_goals(data: Data) -> Lines:
    through, floor = data["through"], data["floor"]
    wrong = through["doubled"] + through["lost"] + through["ended_twice"] + through["left"]
    lost = through["lost"] + through["left"]
    # A result that was kept from before may not know of turns.
    late = through.get("out_of_turn", 0)
    told = f"{through['arrived']:,} calls: {lost} lost, {through['doubled']} offered twice, {late} out of turn"
    reached = not wrong and not late and through["arrived"] >= SIMULATED
    yield goal(f"simulated, {SIMULATED:,} calls: none lost, none offered twice or out of turn", reached, told)
    sizes = f"{floor['waiting']:,} waiting, {floor['agents']:,} members, {floor['queues']:,} queues"
    ratio = figures.ratio(floor["large"], floor["small"], figures.median, SEED)
    yield goal(
        f"{sizes}: an agent is given his call at ≤ 2 × the cost in a small floor", ratio.value <= 2, turned(ratio)
    )
    seconds, hours = data["day"]["seconds"], data["day"]["hours"]
    if hours == scale.DAY_HOURS:
        yield goal("a day of 2,000 agents simulated: < 2 minutes", seconds < DAY_LIMIT, f"{seconds:.0f} s")


_GOALS_OF: Final[dict[str, Callable[[Data], Lines]]] = {
    "B4": _b4_goals,
    "B5-200": _b5_goals,
    "B5-2000": _b5_goals,
    "B10": _b10_goals,
    "B6": _b6_goals,
    "M1": _m1_goals,
    "size": _size_goals,
    "tenant": _tenant_goals,
}


def _b4(result: Result) -> Lines:
    yield from ("## B4: many wait, many are members", "", MEASURES["B4"])
    yield from _cells(result.data["cells"])
    waiting = result.data["burns"][0]["waiting"]
    yield from ("", f"Shares of a core while {waiting} callers wait, nobody is ready and nothing happens:", "")
    names = list(result.data["burns"][0]["shares"])
    yield f"| | members | {' | '.join(names)} | all |"
    yield f"| --- | --- | {' | '.join('---' for _ in names)} | --- |"
    for burn in result.data["burns"]:
        shares = [burn["shares"].get(name, 0.0) for name in names]
        told = " | ".join(f"{share:.2%}" for share in (*shares, sum(shares)))
        yield f"| {burn['who']} | {burn['members'] or ''} | {told} |"


def _b5_few(result: Result) -> Lines:
    yield from ("## B5: ten queues share their agents", "", MEASURES["B5"])
    yield from _shared(result.data["cells"])


def _b5_many(result: Result) -> Lines:
    yield from ("## B5 with 2,000 members", "", MEASURES["B5-2000"])
    yield from _shared(result.data["cells"])
    yield from ("", MEASURES["rate"], "")
    yield "| | calls/s | held | n | mean ms | median | p95 | p99 | max | not served | refused | sent again |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for arm, found in result.data["rates"].items():
        for step in sorted(found["steps"], key=lambda step: float(step["rate"])):
            wrong = " | ".join(str(step["wrong"][name]) for name in ("unserved", "failed", "repeated"))
            ring = row(step["ring"], 1)
            yield f"| {arm} | {step['rate']:.1f} | {'yes' if step['held'] else 'no'}{ring} {wrong} |"


def _b6(result: Result) -> Lines:
    yield from ("## B6: Erlang on the wire", "", MEASURES["B6"], "")
    yield "| mean wait, ms | calls | measured, ± 99 % | a perfect queue, same calls | more than that | Erlang C |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for arm, side in result.data["sides"].items():
        found, ideal = waited(side["waits"]), mean(side["perfect"])
        yield (
            f"| {arm} | {len(side['waits'])} | {found.mean:.1f} ± {found.half:.1f} | {ideal:.1f} "
            f"| {found.mean - ideal:+.1f} | {result.data['expected']:.1f} |"
        )


def _b10(result: Result) -> Lines:
    yield from ("## B10: announcements", "", MEASURES["B10"], "")
    yield from compared(result.data["arms"])


def _m1(result: Result) -> Lines:
    yield from ("## M1: the matcher", "", MEASURES["M1"], "", COLUMNS.replace("ms", "µs"), RULE)
    for name, told in MATCHER.items():
        yield f"| {told}{row(result.data['microseconds'][name], 1)}"


def _size(result: Result) -> Lines:
    data = result.data
    yield from ("## Size", "", MEASURES["size"], "", COLUMNS.replace("ms", "µs"), RULE)
    yield f"| small floor{row([one * 1e6 for one in data['floor']['small']], 1)}"
    yield f"| large floor{row([one * 1e6 for one in data['floor']['large']], 1)}"
    through, day = data["through"], data["day"]
    yield ""
    yield (
        f"Simulated: {through['arrived']:,} calls, {through['answered']:,} answered, {through['decisions']:,} decisions"
        f" in {through['seconds']:.0f} s. A queue of {scale.DAY.agents:,} agents: {day['calls']:,} calls "
        f"({day['hours']} hours) in {day['seconds']:.0f} s."
    )


def _tenant(result: Result) -> Lines:
    data = result.data
    yield from ("## A tenant of 1,000 queues and 5,000 agents", "", MEASURES["tenant"], "", COLUMNS, RULE)
    for name, key in (("a queue read", "read"), ("a queue changed", "changed"), ("sign-in", "signed_in")):
        yield f"| {name}{row(data[key], 1)}"


def _shared(cells: Mapping[str, Data]) -> Lines:
    for cell, data in cells.items():
        if all(data.get("heads", {"": ()}).values()):
            yield from ("", f"{cell}, until whoever has waited longest rings:", "")
            yield from compared(data["heads"])
    yield from _cells(cells)


def _cells(cells: Mapping[str, Data]) -> Lines:
    for cell, data in cells.items():
        if all(data["arms"].values()):
            yield from ("", f"{cell}:", "")
            yield from compared(data["arms"])
            yield from ("", f"Fewest callers waiting when an agent became free: {each(data['backlog'])}.")


SECTIONS: dict[str, Callable[[Result], Lines]] = {
    "B4": _b4,
    "B5-200": _b5_few,
    "B5-2000": _b5_many,
    "B6": _b6,
    "B10": _b10,
    "M1": _m1,
    "size": _size,
    "tenant": _tenant,
}
"""In the order of the page."""
