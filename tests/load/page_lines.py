"""Lines that every section of docs/benchmarks.md is made of: goals, samples, ratios with their intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from tests.load import figures
from tests.load.results import Result

SEED = 5
COLUMNS = "| ms | n | mean | median | p95 | p99 | max |"
RULE = "| --- | --- | --- | --- | --- | --- | --- |"
EVERY = "all calls"
"""In the place of a part: what is summed up over all of them."""

Lines = Iterator[str]


def goal(name: str, reached: bool, told: str) -> str:
    """A row of the goals or of the checks, but for its last cell (`of_part`)."""
    return f"| {name} | {'yes' if reached else '**no**'} | {told} |"


def of_part(part: str, rows: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(part, row) with the part as the last cell."""
    return ((part, f"{row} {part} |") for row in rows)


def origin(result: Result) -> str:
    """When, on which commit, how large and how long a part was."""
    told = f"Part `{result.part}`, measured {result.at} at commit {result.commit or 'unknown'}, size {result.samples}"
    return f"{told}, {result.seconds:.0f} s." if result.seconds else f"{told}."


def compared(samples: Mapping[str, Sequence[float]]) -> Lines:
    """The rows of both systems and their ratios."""
    yield from (COLUMNS, RULE)
    for arm, values in samples.items():
        yield f"| {arm}{row(values, 2)}"
    ours, theirs = samples.values()
    if not (ours and theirs):
        return
    told = [
        f"{name} {found.value:.4f} ({found.low:.4f}–{found.high:.4f}), {turned(found)}"
        for name, of in (("mean", figures.mean), ("median", figures.median), ("p99", figures.p99))
        for found in (figures.ratio(ours, theirs, of, SEED),)
    ]
    yield from ("", f"Ratio with its 95 % interval: {'; '.join(told)}.")


def row(samples: Sequence[float], digits: int) -> str:
    """The cells after the name; empty ones without samples."""
    if not samples:
        return " | 0 |  |  |  |  |  |"
    found = figures.summary(samples)
    values = (found.mean, found.median, found.p95, found.p99, found.max)
    return " | ".join(["", str(found.count), *(f"{value:.{digits}f}" for value in values)]) + " |"


def used(result: Result, when: str = "meanwhile (both sides' calls in the one Asterisk)") -> Lines:
    """What each process took."""
    shares = ", ".join(f"{name} {share:.1%}" for name, share in result.data["watched"]["shares"].items())
    yield from ("", f"Share of a core {when}: {shares}.")


def turned(found: figures.Ratio) -> str:
    """A small ratio as 1/n."""
    return (
        f"1/{1 / found.value:.0f} (1/{1 / found.high:.0f}–1/{1 / found.low:.0f})" if found.value < 0.5 else times(found)
    )


def times(found: figures.Ratio) -> str:
    """A ratio and its interval."""
    return f"{found.value:.2f} × ({found.low:.2f}–{found.high:.2f})"


def each(values: Mapping[str, int]) -> str:
    """One after another."""
    return ", ".join(f"{name} {value}" for name, value in values.items())
