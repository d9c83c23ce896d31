"""Whether park places can be as they are set up: each once, and none means somebody else when it is dialled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from api.flaws import Flaw, told
from numbering import extension
from store.config_parts import TenantConfig


def flaws(config: TenantConfig) -> Iterator[Flaw]:
    """What does not fit, each with its field, code and sentences; places that nobody has set give way to extensions."""
    extensions = {account.agent.extension: account.id for account in config.agents}
    for one in config.parking:
        times = Counter(one.places)
        for nth, place in enumerate(one.places):
            at = f"parking.places.{nth}"
            if times[place] > 1:
                yield told(at, "taken", extension=place)
            if place in extensions:
                yield told(at, "extension", extension=place, agent=extensions[place])
            if extension.taken(place):
                yield told(at, "public_number")
