"""Lets an agent hear what the network of whom he called says before the answer: ringing, music, announcements.

The carrier sends it as 183 with SDP. The agent's channel and the other party's are put into a bridge of their own; the
agent's phone is not answered by that, it gets 183 too.
"""

from __future__ import annotations

from collections.abc import Collection

from acd.model import Floor, Leg, LegState, Place
from asterisk import bridges, channels, names
from controller.ports import Ari


class Early:
    """Knows whose channels hear each other before the answer."""

    def __init__(self, ari: Ari) -> None:
        self._ari = ari
        self._heard: dict[str, str] = {}
        """The other party's channel → the agent's."""

    def sounds(self, floor: Floor, leg: Leg) -> None:
        """The network of the called sends sound."""
        call = floor.calls[leg.call]
        own = None if call.caller_leg is None else floor.legs.get(call.caller_leg)
        if own is None or leg.line is None or call.place is not Place.DIALLING or leg.channel in self._heard:
            return
        bridge = names.early(leg.id)
        if own.state is LegState.RINGING:
            self._ari.post(channels.progress(own.channel))
        else:
            self._ari.post(channels.ring_stop(own.channel))
        self._ari.post(bridges.create(bridge))
        self._ari.post(bridges.add(bridge, (own.channel, leg.channel)))
        self._heard[leg.channel] = own.channel

    def found(self, leg: Leg, own: str) -> None:
        """After a time without us their bridge stands."""
        self._heard[leg.channel] = own

    def hears(self, own: str) -> bool:
        """Whether the agent on this channel hears such sound: then he needs no ringing of ours."""
        return own in self._heard.values()

    def over(self, members: Collection[str]) -> None:
        """These talk now, in a bridge of their conversation."""
        for channel in members:
            self.gone(channel)

    def gone(self, channel: str) -> None:
        """Who is gone is heard no more."""
        # Legs that we made are named as their channels are.
        if self._heard.pop(channel, None) is not None:
            self._ari.post(bridges.destroy(names.early(channel)))
