"""Asterisk's ARI as far as the controller leans on it; tests/contract/controller holds it against the real one."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from asterisk import wire
from asterisk.request import Answer, Done, Gone, Method, Rejected, Request, Unreachable
from asterisk.wire import ChannelState

BORN: Final = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
_DONE: Final = Done(None)
_GONE: Final = Gone()


@dataclass(slots=True)
class FakeChannel:
    """A channel that lives; `playing`: the playbacks it hears."""

    id: str
    state: ChannelState = ChannelState.DOWN
    endpoint: str = ""
    variables: dict[str, str] = field(default_factory=dict)
    playing: set[str] = field(default_factory=set)
    packets: tuple[int, int] = (0, 0)


@dataclass(slots=True)
class FakeAri:
    """Remembers every request in `asked` and answers as Asterisk would; `phones` are the endpoints it can call.

    Events, and answers that are not `Done`, come with `settle()`, so that a test says when.
    """

    on_event: Callable[[wire.Event], None] = lambda _: None
    phones: set[str] = field(default_factory=set)
    up: bool = True
    outside: set[str] = field(default_factory=set)
    """Channels that live but are not in Stasis (any more)."""
    flows: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How many packets are sent to a channel's party, and come from it, from one look to the next; (20, 20) else."""
    asked: list[Request] = field(default_factory=list)
    channels: dict[str, FakeChannel] = field(default_factory=dict)
    bridges: dict[str, set[str]] = field(default_factory=dict)
    _coming: deque[Callable[[], None]] = field(default_factory=deque)

    def send(self, request: Request) -> asyncio.Future[Answer]:
        """The answer is there at once."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        future.set_result(self._answer(request))
        return future

    def post(self, request: Request, failed: Callable[[Answer], None] | None = None) -> None:
        """`failed` hears of any answer but `Done`: of a socket that is down at once, else with `settle()`."""
        answer = self._answer(request)
        if failed is None or isinstance(answer, Done):
            return
        if isinstance(answer, Unreachable):
            failed(answer)
        else:
            self._coming.append(lambda: failed(answer))

    def settle(self) -> None:
        """Let everything arrive that is on its way."""
        while self._coming:
            self._coming.popleft()()

    def tell(self, event: wire.Event) -> None:
        """Let this event arrive, after what is on its way."""
        self._coming.append(lambda: self.on_event(event))
        self.settle()

    def arrives(self, channel: str) -> wire.Channel:
        """A caller's channel lives from now on."""
        self.channels[channel] = FakeChannel(channel, ChannelState.RING)
        return snapshot(channel, ChannelState.RING)

    def forget(self) -> list[Request]:
        """What was asked so far; from here on `asked` is empty."""
        asked, self.asked = self.asked, []
        return asked

    def _answer(self, request: Request) -> Answer:
        self.asked.append(request)
        if not self.up:
            return Unreachable("not connected")
        query = dict(request.query)
        match request.uri.split("/"):
            case ["channels"]:
                return Done([_listed(one) for one in self.channels.values()])
            case ["channels", "create"]:
                return self._create(query)
            case ["channels", name]:
                return self._end(name) if request.method is Method.DELETE else self._found(name)
            case ["channels", name, "play", playback]:
                return self._play(name, playback)
            case ["channels", name, "variable"]:
                return self._variable(name, request.method, query)
            case ["channels", name, "rtp_statistics"]:
                return Done(self._flow(name)) if name in self.channels else _GONE
            case ["channels", name, _]:
                return self._found(name)
            case ["bridges", name]:
                return self._bridge(name, request.method)
            case ["bridges", name, "addChannel"]:
                return self._add(name, set(query["channel"].split(",")))
            case ["bridges", name, "removeChannel"]:
                return self._remove(name, set(query["channel"].split(",")))
            case ["endpoints", "PJSIP", name]:
                state = "online" if name in self.phones else "offline"
                return Done({"technology": "PJSIP", "resource": name, "state": state, "channel_ids": []})
            case ["asterisk", "config", "dynamic", *_]:
                return _DONE
            case ["playbacks", playback]:
                return self._playback(playback, request.method)
            case _:
                raise AssertionError(f"the fake does not know {request}")

    def _flow(self, name: str) -> dict[str, int]:
        channel, (sent, came) = self.channels[name], self.flows.get(name, (20, 20))
        channel.packets = (channel.packets[0] + sent, channel.packets[1] + came)
        return {"txcount": channel.packets[0], "rxcount": channel.packets[1]}

    def _create(self, query: dict[str, str]) -> Answer:
        name = query["channelId"]
        if query["endpoint"].removeprefix("PJSIP/").rpartition("@")[2] not in self.phones:
            return Rejected(500, "Allocation failed")
        if name in self.channels:
            return Rejected(409, "Channel with given unique ID already exists")
        self.channels[name] = FakeChannel(name, endpoint=query["endpoint"].rpartition("@")[2])
        args = tuple(query["appArgs"].split(",")) if "appArgs" in query else ()
        self._coming.append(lambda: self.on_event(wire.StasisStart(snapshot(name), args, BORN)))
        return _DONE

    def _end(self, name: str) -> Answer:
        channel = self.channels.pop(name, None)
        if channel is None:
            return _GONE
        for members in self.bridges.values():
            members.discard(name)
        last = snapshot(name, channel.state)
        asked = wire.ChannelHangupRequest(last, BORN, 32, True)
        ended = wire.ChannelDestroyed(last, BORN, 16, "Normal Clearing", None)
        self._coming.extend((lambda: self.on_event(asked), lambda: self.on_event(ended)))
        return _DONE

    def _found(self, name: str) -> Answer:
        return _DONE if name in self.channels else _GONE

    def _play(self, name: str, playback: str) -> Answer:
        channel = self.channels.get(name)
        if channel is None:
            return _GONE
        if name in self.outside:
            return Rejected(409, "Channel not in Stasis application")
        channel.playing.add(playback)
        return _DONE

    def _playback(self, playback: str, method: Method) -> Answer:
        for channel in self.channels.values():
            if playback in channel.playing:
                if method is Method.DELETE:
                    channel.playing.discard(playback)
                return _DONE
        return _GONE

    def _variable(self, name: str, method: Method, query: dict[str, str]) -> Answer:
        channel = self.channels.get(name)
        if channel is None:
            return _GONE
        if method is Method.POST:
            channel.variables[query["variable"]] = query["value"]
            return _DONE
        value = channel.variables.get(query["variable"])
        return _GONE if value is None else Done({"value": value})

    def _bridge(self, name: str, method: Method) -> Answer:
        if method is Method.POST:
            if name in self.bridges:
                return Rejected(409, "Bridge with the same id already exists")
            self.bridges[name] = set()
            return _DONE
        if name not in self.bridges:
            return _GONE
        if method is Method.DELETE:
            del self.bridges[name]
            return _DONE
        return Done({"id": name, "technology": "simple_bridge", "channels": sorted(self.bridges[name])})

    def _add(self, name: str, members: set[str]) -> Answer:
        if name not in self.bridges or not members <= set(self.channels):
            return _GONE
        for others in self.bridges.values():
            others -= members
        self.bridges[name] |= members
        return _DONE

    def _remove(self, name: str, members: set[str]) -> Answer:
        if name not in self.bridges or not members <= set(self.channels):
            return _GONE
        if not members <= self.bridges[name]:
            return Rejected(422, "Channel not in this bridge")
        self.bridges[name] -= members
        return _DONE


def _listed(channel: FakeChannel) -> dict[str, object]:
    """A channel as a listing shows it."""
    return {
        "id": channel.id,
        "name": f"PJSIP/{channel.endpoint}-00000001",
        "state": {ChannelState.UP: "Up", ChannelState.RINGING: "Ringing"}.get(channel.state, "Down"),
        "caller": {"number": ""},
        "connected": {"number": ""},
        "dialplan": {"context": "", "exten": "", "app_name": "Stasis"},
        "creationtime": BORN.isoformat(),
        "protocol_id": "",
    }


def snapshot(
    name: str, state: ChannelState = ChannelState.DOWN, caller: str = "0311112222", connected: str = ""
) -> wire.Channel:
    """A channel as events show it."""
    return wire.Channel(
        name, f"PJSIP/{name}", state, caller, connected, "trunk", "0312345678", "Stasis", BORN, "call-id"
    )
