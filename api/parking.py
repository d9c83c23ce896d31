"""Whether park places can be as they are set up: each once, and none means somebody else when it is dialled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from numbering import extension
from store.config_parts import TenantConfig


def flaws(config: TenantConfig) -> Iterator[dict[str, str]]:
    """What does not fit, each with its field, code and reason; places that nobody has set give way to extensions."""
    extensions = {account.agent.extension: account.id for account in config.agents}
    for one in config.parking:
        times = Counter(one.places)
        for nth, place in enumerate(one.places):
            at = f"parking.places.{nth}"
            if times[place] > 1:
                yield _flaw(at, "taken", f"park place {place} is there twice")
            if place in extensions:
                yield _flaw(at, "extension", f"{place} is the extension of {extensions[place]}")
            if extension.taken(place):
                yield _flaw(at, "public_number", "who dials this means a service of the network")


def _flaw(field: str, flaw: str, reason: str) -> dict[str, str]:
    return {"field": field, "flaw": flaw, "reason": reason}
