"""Counts the channels on each trunk, of all tenants and both directions: a trunk has so many and not one more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from asterisk import wire
from asterisk.names import endpoint_of
from kernel.ids import TrunkName


class TrunkLoad:
    """`of`: the trunk behind an endpoint, None where it is none; `limit`: how many channels a trunk has, None: as many
    as one likes; `used`: what all nodes together use of each."""

    def __init__(
        self,
        of: Callable[[str], TrunkName | None],
        limit: Callable[[TrunkName], int | None],
        used: Counter[TrunkName] | None = None,
    ) -> None:
        self._of = of
        self._limit = limit
        self._on: dict[str, TrunkName] = {}
        self._used = Counter[TrunkName]() if used is None else used

    def used(self, trunk: TrunkName) -> int:
        """The channels in use now."""
        return self._used[trunk]

    def full(self, trunk: TrunkName) -> bool:
        """Whether no further call may be sent there."""
        limit = self._limit(trunk)
        return limit is not None and self._used[trunk] >= limit

    def take(self, channel: str, trunk: TrunkName) -> None:
        """A call is sent over the trunk."""
        if channel not in self._on:
            self._on[channel] = trunk
            self._used[trunk] += 1

    def came(self, channel: wire.Channel) -> None:
        """A channel of a call of ours stands, whichever way it came."""
        trunk = self._of(endpoint_of(channel.name))
        if trunk is not None:
            self.take(channel.id, trunk)

    def gone(self, channel: str) -> None:
        """Who is gone uses nothing."""
        trunk = self._on.pop(channel, None)
        if trunk is not None:
            self._used[trunk] -= 1

    def recover(self, channels: Iterable[wire.Channel], elsewhere: Mapping[str, TrunkName]) -> None:
        """Count anew: these are the channels of our calls that live here, and those on trunks of other nodes."""
        for channel in list(self._on):
            self.gone(channel)
        for living in channels:
            self.came(living)
        for channel, trunk in elsewhere.items():
            self.take(channel, trunk)
