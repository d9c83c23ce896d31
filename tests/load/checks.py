"""Whether the bench itself can be believed: what is known beforehand must come out, or no figure counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.load import figures

LAW_MEAN, LAW_WIDTH, LAW_MAX = 500.0, 30.0, 1100.0
"""app_queue looks once a second: free → ring is uniform on 0–1 s (milliseconds)."""
SURE = 2.6
"""Standard errors: 1 in 100 honest runs lies outside."""
BUSIEST = 0.70
SEED = 7


@dataclass(frozen=True, slots=True)
class Check:
    """Something that must hold, whether it did, and the figures."""

    name: str
    ok: bool
    told: str


def law(name: str, samples: Sequence[float]) -> Check:
    """app_queue's free → ring has the mean and the largest value that its polling gives it."""
    found = figures.summary(samples)
    width = max(LAW_WIDTH, SURE * found.error)
    ok = abs(found.mean - LAW_MEAN) <= width and found.max <= LAW_MAX
    told = f"mean {found.mean:.0f} ms (expected {LAW_MEAN:.0f} ± {width:.0f}), max {found.max:.0f} ms (≤ {LAW_MAX:.0f})"
    return Check(f"{name} polls once a second", ok, told)


def same(ours: Sequence[float], theirs: Sequence[float]) -> Check:
    """app_queue against app_queue is 1."""
    means = figures.ratio(ours, theirs, figures.mean, SEED, level=0.99)
    highs = figures.ratio(ours, theirs, figures.p99, SEED, level=0.99)
    told = ", ".join(
        f"{name} {found.value:.2f} ({found.low:.2f}–{found.high:.2f})"
        for name, found in (("mean", means), ("p99", highs))
    )
    return Check("app_queue against itself is 1 (99 % interval)", means.contains(1) and highs.contains(1), told)


def undisturbed(part: str, load_busy: float | None, dropped: int, repeated: int, failed: int) -> tuple[Check, ...]:
    """The robots had time, no datagram was lost, nothing was sent twice, nobody was refused."""
    busy = "one core only: not told apart" if load_busy is None else f"{load_busy:.0%} busy"
    return (
        Check(f"{part}: the load's core is under {BUSIEST:.0%} busy", load_busy is None or load_busy < BUSIEST, busy),
        Check(
            f"{part}: no datagram lost, none sent again, no call failed",
            dropped == repeated == failed == 0,
            f"{dropped} lost, {repeated} sent again, {failed} failed",
        ),
    )


def storage_backend(settings: str) -> str:
    """From `core show settings`: how Asterisk keeps its channels."""
    return _after(settings, "Channel storage backend:")


def asterisk_version(settings: str) -> str:
    """From `core show settings`: the version, without what its packager added."""
    return _after(settings, "Version:").partition("+")[0]


def deepest_queue(taskprocessors: str) -> tuple[str, int]:
    """From `core show taskprocessors`: the one whose queue was longest, and how long."""
    deepest = ("none", 0)
    for line in taskprocessors.splitlines():
        fields = line.split()
        if len(fields) >= 6 and fields[1].isdigit() and fields[3].isdigit() and int(fields[3]) > deepest[1]:
            deepest = (fields[0].rpartition("-")[0] or fields[0], int(fields[3]))
    return deepest


def unfinished(taskprocessors: str) -> dict[str, int] | None:
    """From `core show taskprocessors`: those with a queue, and how long it is; None when there was no answer."""
    if "Processor" not in taskprocessors:
        return None
    found = {}
    for line in taskprocessors.splitlines():
        fields = line.split()
        if len(fields) >= 6 and fields[1].isdigit() and fields[2].isdigit() and int(fields[2]):
            found[fields[0]] = int(fields[2])
    return found


def _after(text: str, label: str) -> str:
    line = next((line for line in text.splitlines() if line.strip().startswith(label)), "")
    return line.partition(label)[2].strip() or "unknown"
