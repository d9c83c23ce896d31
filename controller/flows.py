"""Walks a call through the flow of its number: what to play, where to route, when to end."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from acd import inputs
from acd.model import Call
from asterisk import channels, playbacks
from asterisk.request import Answer, Rejected
from controller.clock import Clock
from controller.fault import Point, Step
from controller.leases import CallerLeases
from controller.mailbox import Mailbox
from controller.ports import Ari
from ivr import walk
from ivr.flow import Flow, HangUp, Play, Route
from ivr.flow import Step as FlowStep
from kernel.ids import CallId, NodeName, PlaybackId, derive


class Flows:
    """The flows in force, by called number; each tenant's numbers are its own."""

    def __init__(
        self,
        ari: Ari,
        prompts: Path,
        clock: Clock,
        leases: CallerLeases,
        point: Point,
        by_number: Mapping[str, Flow],
    ) -> None:
        self._ari = ari
        self._prompts = prompts
        self._clock = clock
        self._leases = leases
        self._point = point
        self._by_number = by_number

    def enter(self, box: Mailbox, call_id: CallId, number: str, returned: bool) -> None:
        """Answer the call and take its first step; a caller the fallback spoke to is greeted no second time."""
        call = box.floor.calls.get(call_id)
        channel = _channel(box, call)
        if call is None or channel is None:
            return
        self._leases.keep(channel)
        flow = self._by_number.get(number)
        if flow is None:
            box.take(inputs.CallReleased(call_id, "released"))
            return
        # A caller who goes straight to a queue is answered there, after the agent who is free has been rung.
        node, step = walk.without_prompts(flow) if returned else walk.begin(flow)
        if not isinstance(step, Route):
            self._ari.post(channels.answer(channel))
        self._take_step(box, call, flow, node, step, returned)

    def go_on(self, box: Mailbox, call_id: CallId) -> None:
        """What the present node plays has been heard: take the next step."""
        call = box.floor.calls.get(call_id)
        if call is None or call.node is None:
            return
        flow = self._by_number.get(call.number)
        if flow is None or call.node not in flow.steps:
            box.take(inputs.CallReleased(call_id, "released"))
            return
        node, step = walk.after(flow, call.node)
        self._take_step(box, call, flow, node, step, returned=False)

    def resume(self, box: Mailbox, call: Call) -> None:
        """After a restart: go on where the facts end, without hearing anything twice."""
        if call.node is None:
            self.enter(box, call.id, call.number, returned=False)
        elif call.playback is None:
            self.go_on(box, call.id)

    def _take_step(self, box: Mailbox, call: Call, flow: Flow, node: NodeName, step: FlowStep, returned: bool) -> None:
        now = self._clock.now()
        match step:
            case Play(prompt):
                playback = PlaybackId(derive("play", now, call.id, call.playbacks + 1))
                box.take(inputs.FlowMoved(call.id, flow.id, flow.version, node, playback))
                box.take_after(lambda: self._play(box, call, prompt, playback))
            case Route(queue, priority):
                box.take(inputs.CallRouted(call.id, queue, priority, call.arrived if returned else now))
            case HangUp():
                box.take(inputs.CallReleased(call.id, "released"))
        self._point(Step.FLOW_STEPPED)

    def _play(self, box: Mailbox, call: Call, prompt: str, playback: PlaybackId) -> None:
        channel = _channel(box, call)
        if channel is None:
            return

        def failed(answer: Answer) -> None:
            # A caller who is gone goes no further: his end is on its way. After a cut of the socket the prompt may
            # well be playing: recovery asks for it.
            if isinstance(answer, Rejected):
                box.take(inputs.PlaybackEnded(call.id, playback))

        self._ari.post(playbacks.play(channel, playback, (f"sound:{self._prompts / prompt}",)), failed)


def _channel(box: Mailbox, call: Call | None) -> str | None:
    leg = None if call is None or call.caller_leg is None else box.floor.legs.get(call.caller_leg)
    return None if leg is None else leg.channel
