"""When to call back a caller who is called first: so that with a set certainty an agent is free when he answers.

Free agents are sure, since nobody with a later turn is given the one that is kept for him. Whoever talks will be free
by then with the part of the queue's last calls, of those that lasted as long as his has, which ended within the time
that those who were called back took to answer. How many of them are, is a sum of unlike coins (Poisson binomial).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from math import exp
from typing import Final

FEW: Final = 20
"""Calls, before which the lengths of a queue's calls are taken as exponential with their mean."""
USUAL_ANSWERING: Final = (4.0, 7.0, 10.0, 14.0, 20.0)
"""Seconds until somebody answers, while nobody has been called back."""
MOST_AGENTS: Final = 60
"""Who has talked longest is looked at first; more than so many are not needed to be certain of one."""


def certainty(
    free: int, ages: Sequence[float], before: int, handled: Sequence[float], usual: float, answering: Sequence[float]
) -> float:
    """How probable it is that more than `before` agents are free when he answers.

    `free`: who is now; `ages`: for how many seconds each of the others has had his call; `before`: who is served before
    him; `handled`: how long the last calls kept their agents, `usual`: the mean while they are few; `answering`: how
    long the last ones who were called back let it ring.
    """
    needed = before + 1 - free
    if needed <= 0:
        return 1.0
    talking = sorted(ages, reverse=True)[:MOST_AGENTS]
    if len(talking) < needed:
        return 0.0
    lengths, waits = sorted(handled), answering or USUAL_ANSWERING
    return sum(_at_least(needed, [_ended(age, ring, lengths, usual) for age in talking]) for ring in waits) / len(waits)


def _ended(age: float, within: float, lengths: Sequence[float], usual: float) -> float:
    """The probability that a call of this age ends within so many seconds."""
    longer = len(lengths) - bisect_right(lengths, age)
    if len(lengths) < FEW or longer < FEW // 4:
        mean = sum(lengths) / len(lengths) if lengths else usual
        return 1 - exp(-within / max(mean, 1.0))
    return 1 - (len(lengths) - bisect_right(lengths, age + within)) / longer


def _at_least(needed: int, chances: Sequence[float]) -> float:
    """The probability that at least so many of these come true."""
    fewer = [1.0] + [0.0] * (needed - 1)
    for chance in chances:
        for number in range(needed - 1, 0, -1):
            fewer[number] = fewer[number] * (1 - chance) + fewer[number - 1] * chance
        fewer[0] *= 1 - chance
    return 1 - sum(fewer)
