"""Walks a call through the flow of its number: what to play, where to route, when to end."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import structlog

from acd import inputs
from acd.model import Call, LegState
from asterisk import channels, playbacks
from asterisk.request import Answer, Rejected
from controller import wishes
from controller.calendar import Calendar
from controller.clock import Clock
from controller.fault import Point, Step
from controller.leases import CallerLeases
from controller.mailbox import Mailbox
from controller.ports import Ari
from controller.scripts import Script, Scripts
from controller.wishes import LastAgents
from ivr import hours, walk
from ivr.flow import SUSPENDED, Flow
from ivr.walk import End, Happened, Hear, Join, Next, Place
from kernel.ids import CallId, HoursId, NodeName, PlaybackId, PromptId, derive

log = structlog.get_logger()

RELEASED: Final = "released"


class Flows:
    """Each call goes by the flows, hours and prompts that were in force when it began."""

    def __init__(
        self,
        ari: Ari,
        prompts: Path,
        clock: Clock,
        calendar: Calendar,
        leases: CallerLeases,
        point: Point,
        scripts: Scripts,
        last_agents: LastAgents,
    ) -> None:
        self._ari = ari
        self._prompts = prompts
        self._clock = clock
        self._calendar = calendar
        self._leases = leases
        self._point = point
        self._scripts = scripts
        self._last_agents = last_agents
        self._joining: dict[CallId, NodeName] = {}
        """Where the calls stand that are just being put into a queue, should it be full; nobody waits here."""

    def enter(self, box: Mailbox, call_id: CallId, returned: bool) -> None:
        """Take the call's first step; a caller the fallback spoke to is greeted no second time."""
        call = box.floor.calls.get(call_id)
        channel = _channel(box, call)
        if call is None or channel is None:
            return
        self._leases.keep(channel)
        script, flow = self._of(box, call)
        if script is None or flow is None:
            box.take(inputs.CallReleased(call_id, RELEASED))
            return
        following = walk.begin(flow, lambda one: self._is_open(script, one), greeted=returned)
        self._go(box, call, script, flow, following, returned)

    def go_on(self, box: Mailbox, call_id: CallId, happened: str = "", digit: str = "") -> None:
        """Something has happened to a call in its flow (`effects.ContinueFlow`): take the next step, if any."""
        call = box.floor.calls.get(call_id)
        what = Happened(happened)
        node = None if call is None else self._joining.get(call_id) if what is Happened.FULL else call.node
        if call is None or node is None or self._last_agents.asks(call_id):
            return
        script, flow = self._of(box, call)
        if script is None or flow is None or node not in flow.steps:
            box.take(inputs.CallReleased(call_id, RELEASED))
            return
        place = Place(node, call.attempt, call.playbacks)
        following = walk.step(flow, place, what, lambda one: self._is_open(script, one), digit)
        if following is None:
            return
        if call.playback is not None:
            self._ari.post(playbacks.stop(call.playback))
        self._go(box, call, script, flow, following, returned=False)

    def resume(self, box: Mailbox, call: Call) -> None:
        """After a restart: go on where the facts end, without hearing anything twice. At a menu that has been heard the
        caller has the time for his key that is left."""
        if call.node is None:
            self.enter(box, call.id, returned=False)
        elif call.playback is None:
            self.go_on(box, call.id)

    def _of(self, box: Mailbox, call: Call) -> tuple[Script | None, Flow | None]:
        script = self._scripts.of(box.floor.tenant, call.config)
        if call.flow == SUSPENDED.id or (call.node is None and box.floor.limits.suspended):
            return script, SUSPENDED
        return script, None if script is None else script.flow(call.number)

    def _is_open(self, script: Script, opening: HoursId) -> bool:
        found = script.hours.get(opening)
        if found is None:
            # Nobody can publish a flow with hours that are not there; a caller is served rather than lost.
            log.error("a flow names opening hours that are not there", hours=opening)
            return True
        return hours.is_open(found, self._calendar.now())

    def _go(self, box: Mailbox, call: Call, script: Script, flow: Flow, following: Next, returned: bool) -> None:
        # A caller who goes straight to a queue is answered there, after the agent who is free has been rung.
        if not isinstance(following, Join):
            self._answer(box, call)
        match following:
            case Hear():
                self._hear(box, call, script, flow, following)
            case Join():
                self._join(box, call, script, following, returned)
            case End():
                box.take(inputs.CallReleased(call.id, RELEASED))
        self._point(Step.FLOW_STEPPED)

    def _answer(self, box: Mailbox, call: Call) -> None:
        leg = None if call.caller_leg is None else box.floor.legs.get(call.caller_leg)
        if leg is not None and leg.state is LegState.RINGING:
            self._ari.post(channels.answer(leg.channel))

    def _hear(self, box: Mailbox, call: Call, script: Script, flow: Flow, hear: Hear) -> None:
        playback = PlaybackId(derive("play", self._clock.now(), call.id, call.playbacks + 1))
        moved = inputs.FlowMoved(call.id, flow.id, flow.version, hear.node, playback, hear.attempt, hear.keys_within)
        box.take(moved)
        media = self._media(script, hear.prompts)
        if media:
            box.take_after(lambda: self._play(box, call, media, playback))
        else:
            box.take(inputs.PlaybackEnded(call.id, playback))

    def _media(self, script: Script, prompts: tuple[PromptId, ...]) -> tuple[str, ...]:
        known = [script.sounds.get(prompt) for prompt in prompts]
        if None in known:
            log.error("a flow names an announcement that is not there", prompts=prompts)
        return tuple(f"sound:{self._prompts / file}" for file in known if file is not None)

    def _play(self, box: Mailbox, call: Call, media: tuple[str, ...], playback: PlaybackId) -> None:
        channel = _channel(box, call)
        if channel is None:
            return

        def failed(answer: Answer) -> None:
            # A caller who is gone goes no further: his end is on its way. After a cut of the socket the prompt may
            # well be playing: recovery asks for it.
            if isinstance(answer, Rejected):
                box.take(inputs.PlaybackEnded(call.id, playback))

        self._ari.post(playbacks.play(channel, playback, media), failed)

    def _join(self, box: Mailbox, call: Call, script: Script, join: Join, returned: bool) -> None:
        since = call.arrived if returned else self._clock.now()
        given = wishes.routed(call, join, since, script.callers.get(call.mark) if call.mark else None)
        self._last_agents.find(box, call, given, lambda found: self._put(box, join.node, found))

    def _put(self, box: Mailbox, node: NodeName, given: inputs.CallRouted) -> None:
        self._joining[given.call] = node
        box.take(given)
        # Whether the queue is full has been said by then.
        box.take_after(lambda: self._forget(given.call, node))

    def _forget(self, call: CallId, node: NodeName) -> None:
        if self._joining.get(call) == node:
            del self._joining[call]


def _channel(box: Mailbox, call: Call | None) -> str | None:
    leg = None if call is None or call.caller_leg is None else box.floor.legs.get(call.caller_leg)
    return None if leg is None else leg.channel
