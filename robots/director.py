"""Carries the commands of the robots' protocol out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from robots.behaviour import Answer
from robots.call import Call
from robots.command import BadCommand, Command
from robots.demo import Demo
from robots.incoming import IncomingCall
from robots.phone import Caller, Phone, Robot
from robots.registration import RegistrationRefused
from robots.rtp import level, loudest, tone_in
from robots.sound import Silence, Tone
from robots.stage import Stage
from robots.transport import Seen
from robots.waiting import TooLate

Fields = dict[str, Any]
Say = Callable[[Fields], None]

_UNREGISTER_S = 2.0


class Director:
    """The robots of one process by name: the demo's agents, one caller at its trunk, and their calls."""

    def __init__(self, demo: Demo, stage: Stage, caller: Caller, say: Say) -> None:
        self._demo = demo
        self._stage = stage
        self._caller = caller
        self._say = say
        self._phones: dict[str, Phone] = {}
        self._calls: dict[str, Call] = {}
        self._owners: dict[str, Robot] = {}
        self._told: dict[str, str] = {}
        caller.on_call = lambda call: self._tell(caller, "caller", call)

    async def perform(self, command: Command) -> Fields:
        """Do it and give the fields of its answer; BadCommand and the robots' own exceptions when it fails."""
        match command.text("do"):
            case "register":
                return await self._register(command)
            case "unregister":
                await self._phone(command).unregister()
            case "behave":
                self._phone(command).behaviour = command.behaviour()
            case "dial":
                return self._dial(command)
            case "wait":
                return await self._wait(command)
            case "dtmf":
                self._call(command).send_dtmf(command.text("digits"))
            case "play":
                hz = command.whole("tone_hz")
                self._call(command).rtp.play(Silence() if hz is None else Tone(hz))
            case "sound":
                return self._sound(command)
            case "log":
                return {"messages": [line_of(seen) for seen in self._log(command)]}
            case "hang_up":
                self._call(command).hang_up()
            case "answer" | "reject" | "redirect" as act:
                self._decide(act, command)
            case "hold" | "unhold" | "refer" | "refer_replaces" as act:
                return {"status": await self._within(act, command)}
            case other:
                raise BadCommand(f"no command {other}")
        return {}

    async def close(self) -> None:
        """Hang up, unregister, close."""
        async with asyncio.TaskGroup() as tasks:
            for name, phone in self._phones.items():
                tasks.create_task(self._leave(name, phone))
            tasks.create_task(self._caller.close())

    async def _leave(self, name: str, phone: Phone) -> None:
        try:
            await phone.unregister(_UNREGISTER_S)
        except (TooLate, RegistrationRefused) as error:
            # The platform may be gone already; the binding then runs out by itself.
            self._say({"event": "left", "at": _moment(datetime.now(UTC)), "robot": name, "error": str(error)})
        await phone.close()

    async def _register(self, command: Command) -> Fields:
        agent = self._demo.agent(command.text("agent"))
        phone = self._phones.get(agent.id)
        if phone is None:
            phone = await Phone.open(
                self._stage,
                agent.credentials.username,
                agent.credentials,
                self._demo.sip,
                tone_hz=command.whole("tone_hz"),
                behaviour=command.behaviour() if "behaviour" in command.raw else Answer(),
                expires=command.whole("expires") or 300,
            )
            opened = phone
            self._phones[agent.id] = opened
            opened.on_call = lambda call: self._tell(opened, agent.id, call)
        await phone.register(command.seconds("limit", 10))
        return {"agent": agent.id, "port": phone.address[1]}

    def _dial(self, command: Command) -> Fields:
        name, number, tone = command.text("as"), command.text("number"), command.whole("tone_hz")
        if name in self._calls:
            raise BadCommand(f"there is a call {name}")
        call: Call
        if "agent" in command.raw:
            owner: Robot = self._phone(command)
            call = self._phone(command).dial(number, tone_hz=tone)
        else:
            owner = self._caller
            call = self._caller.dial(
                number,
                to=self._demo.carrier_sends_to,
                tone_hz=tone,
                from_number=command.text_or_none("from"),
                identity=command.text_or_none("identity"),
            )
        self._calls[name], self._owners[name] = call, owner
        return {"call": name, "call_id": call.call_id}

    async def _wait(self, command: Command) -> Fields:
        limit, what = command.seconds("limit", 10), command.text("for")
        if what == "rung":
            rung = await self._phone(command).rung(limit)
            name = command.text_or_none("as") or self._name(self._phone(command), command.text("agent"), rung)
            self._calls[name], self._owners[name] = rung, self._phone(command)
            return {"call": name, "call_id": rung.call_id, "from": rung.from_number, "moment": _moment(rung.began_at)}
        call = self._call(command)
        match what:
            case "ringing":
                moment = await call.ringing(limit)
            case "answered":
                moment = await call.answered(limit)
            case "ended":
                moment = await call.ended(limit)
            case "tone":
                moment = await call.rtp.hears(_hz(command), limit)
            case "no_tone":
                moment = await call.rtp.misses(_hz(command), limit)
            case "digits":
                moment = await call.rtp.hears_digits(command.text("digits"), limit)
            case "hold" | "unhold":
                moment = await call.on_hold(what == "hold", limit)
            case "transferred":
                return {"status": await call.transferred(limit)}
            case other:
                raise BadCommand(f"nothing to wait for: {other}")
        return {"moment": _moment(moment), "status": call.status}

    def _sound(self, command: Command) -> Fields:
        call = self._call(command)
        since = command.text_or_none("since")
        audio = call.rtp.heard() if since is None else call.rtp.heard_since(datetime.fromisoformat(since))
        quality = call.rtp.quality
        found: Fields = {
            "seconds": len(audio) / 8000,
            "level_db": round(level(audio), 1),
            "loudest_hz": round(loudest(audio), 1),
            "sent": quality.sent,
            "received": quality.received,
            "largest_gap_ms": quality.largest_gap_ms,
            "ssrc_changes": quality.ssrc_changes,
            "digits": "".join(digit.digit for digit in call.rtp.digits),
        }
        hz = command.whole("hz")
        return found if hz is None else {**found, "tone_db": round(tone_in(audio, hz), 1)}

    def _decide(self, act: str, command: Command) -> None:
        call = self._call(command)
        if not isinstance(call, IncomingCall):
            raise BadCommand("that call did not come in")
        match act:
            case "answer":
                call.answer()
            case "reject":
                call.reject(command.whole("status") or 486)
            case _:
                call.redirect(command.text("target"))

    async def _within(self, act: str, command: Command) -> int:
        call = self._call(command)
        match act:
            case "hold":
                return await call.hold()
            case "unhold":
                return await call.unhold()
            case "refer":
                return await call.refer(command.text("target"))
            case _:
                return await call.refer_replaces(self._known(command.text("other")))

    def _log(self, command: Command) -> tuple[Seen, ...]:
        if "call" in command.raw:
            return self._owners[command.text("call")].log_of(self._call(command))
        return self._phone(command).log if "agent" in command.raw else self._caller.log

    def _phone(self, command: Command) -> Phone:
        phone = self._phones.get(self._demo.agent(command.text("agent")).id)
        if phone is None:
            raise BadCommand("that agent's phone has not been registered")
        return phone

    def _call(self, command: Command) -> Call:
        return self._known(command.text("call"))

    def _known(self, name: str) -> Call:
        if name not in self._calls:
            raise BadCommand(f"no call {name}")
        return self._calls[name]

    def _name(self, robot: Robot, owner: str, call: Call) -> str:
        """The name of a call; one that came in is named after its robot and counted."""
        for name, known in self._calls.items():
            if known is call:
                return name
        name = f"{owner}#{sum(known is robot for known in self._owners.values()) + 1}"
        self._calls[name], self._owners[name] = call, robot
        return name

    def _tell(self, robot: Robot, owner: str, call: Call) -> None:
        if self._told.get(call.call_id) == call.state:
            return
        self._told[call.call_id] = call.state
        self._say(
            {
                "event": "call",
                "at": _moment(datetime.now(UTC)),
                "robot": owner,
                "call": self._name(robot, owner, call),
                "call_id": call.call_id,
                "state": call.state,
                "status": call.status,
                "ended_by": call.ended_by,
            }
        )


def line_of(seen: Seen) -> Fields:
    """A SIP message as the protocol shows it."""
    return {
        "at": _moment(seen.at),
        "direction": seen.direction,
        "what": seen.method_or_status,
        "call_id": seen.call_id,
        "cseq": seen.cseq,
        "line": seen.line,
        "peer": f"{seen.peer[0]}:{seen.peer[1]}",
    }


def _hz(command: Command) -> int:
    hz = command.whole("hz")
    if hz is None:
        raise BadCommand("hz is missing")
    return hz


def _moment(at: datetime) -> str:
    return at.isoformat()
