"""The figures of a report by the formulas that it has to print, from its counts."""

from __future__ import annotations

FORMULAS = {
    "SL-answered": "answered_in_time / answered",
    "SL-asterisk2": "(answered_in_time + abandoned_in_time) / (answered + abandoned)",
    "SL-connect": "(answered_in_time + abandoned_in_time) / offered",
    "SL-genesys": "answered_in_time / (answered + abandoned - short_abandoned)",
    "SL-late-abandon": "answered_in_time / (answered + abandoned - abandoned_in_time)",
    "SL-vonage": "answered_in_time / (answered + abandoned + overflowed)",
    "SL-strict": "answered_in_time / offered",
    "asa_seconds": "answered_wait_seconds / answered",
    "average_abandon_seconds": "abandoned_wait_seconds / abandoned",
    "answer_rate": "answered / offered",
    "abandonment_rate": "abandoned / offered",
    "occupancy": "(talk_seconds + hold_seconds + wrap_up_seconds) / (the same + ready_seconds)",
    "aht_seconds": "(talk_seconds + hold_seconds + wrap_up_seconds) / handled",
}
"""As a report has to print them."""
IDENTITY = "offered = answered + abandoned + overflowed + callbacks + failed + still_waiting"


def share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def figures(c: dict[str, float]) -> dict[str, float | None]:
    """What the formulas give for these counts."""
    answered, abandoned, in_time = c["answered"], c["abandoned"], c["answered_in_time"]
    both, soon = answered + abandoned, in_time + c["abandoned_in_time"]
    return {
        "SL-answered": share(in_time, answered),
        "SL-asterisk2": share(soon, both),
        "SL-connect": share(soon, c["offered"]),
        "SL-genesys": share(in_time, both - c["short_abandoned"]),
        "SL-late-abandon": share(in_time, both - c["abandoned_in_time"]),
        "SL-vonage": share(in_time, both + c["overflowed"]),
        "SL-strict": share(in_time, c["offered"]),
        "asa_seconds": share(c["answered_wait_seconds"], answered),
        "average_abandon_seconds": share(c["abandoned_wait_seconds"], abandoned),
        "answer_rate": share(answered, c["offered"]),
        "abandonment_rate": share(abandoned, c["offered"]),
    }
