"""Robots at the end of a pipe: `python -m robots --demo var/demo.json` speaks JSON, one object a line.

Commands come on standard input (a pipe or terminal), answers and events go to standard output. Commands run side by
side in the order of their lines; an answer repeats the `id` of its command. Moments are RFC 3339 in UTC, times are
seconds. The end of the input, `{"do":"quit"}`, SIGTERM and SIGINT hang up, unregister and exit with 0.

    answer   {"id":1,"ok":true,"at":"…", fields of the command}  or  {"id":1,"ok":false,"at":"…","error":"TooLate: …"}
    event    {"event":"left","at","robot","error"}   at the end, for a phone that could not unregister within 2 s
             {"event":"call","at","robot","call","call_id","state":"calling|ringing|answered|ended","status","ended_by"}
             {"event":"sip","at","direction":"sent|received","what","call_id","cseq","line","peer"}   with --messages
             {"event":"ready","at"}   once, when commands are taken

Robots: `agent` is an id, SIP user name or login of the demo; calls without one are made by the caller at the trunk.
Calls that come in are named by their first event (`<robot>#<n>`), which events go on using; `as` of `wait for rung`
adds a name of your own.

    {"do":"register","agent","behaviour":{…},"tone_hz","expires","limit"}    → agent, port
        behaviour: {"do":"answer","after":0,"hang_up_after":null} · {"do":"reject","status":486,"after":0}
                   {"do":"ignore"} · {"do":"redirect","target","after":0}
    {"do":"unregister","agent"} · {"do":"behave","agent","behaviour":{…}}
    {"do":"dial","number","as","tone_hz","from","identity","agent"}          → call, call_id
    {"do":"wait","agent","for":"rung","as","limit"}                          → call, call_id, from, moment
    {"do":"wait","call","for":"ringing|answered|ended|hold|unhold","limit"}  → moment, status
    {"do":"wait","call","for":"tone|no_tone","hz","limit"}                   → moment, status
    {"do":"wait","call","for":"digits","digits","limit"}                     → moment, status
    {"do":"wait","call","for":"transferred","limit"}                         → status (what NOTIFY told of our REFER)
    {"do":"hang_up","call"} · {"do":"answer","call"} · {"do":"reject","call","status"}
    {"do":"redirect","call","target"}
    {"do":"hold","call"} · {"do":"unhold","call"}                            → status
    {"do":"refer","call","target"} · {"do":"refer_replaces","call","other"}  → status
    {"do":"dtmf","call","digits"} · {"do":"play","call","tone_hz"}           (no tone_hz: exact silence)
    {"do":"sound","call","hz","since"}   → seconds, level_db, loudest_hz, tone_db, sent, received, largest_gap_ms,
                                           ssrc_changes, digits
    {"do":"log","call"} or {"do":"log","agent"} or {"do":"log"}              → messages (fields as in event sip)
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from robots.call import CallOver
from robots.command import BadCommand, read
from robots.demo import UnusableDemo
from robots.demo import read as read_demo
from robots.director import Director, Fields, line_of
from robots.dtmf import NotADigit
from robots.phone import Caller
from robots.registration import RegistrationRefused
from robots.rtp import StreamClosed
from robots.stage import Stage
from robots.waiting import TooLate

_FAILURES = (BadCommand, CallOver, NotADigit, RegistrationRefused, StreamClosed, TooLate, UnusableDemo)
_LONGEST_LINE = 1 << 20


def say(fields: Fields) -> None:
    """One line on standard output."""
    sys.stdout.write(json.dumps(fields, ensure_ascii=False) + "\n")
    sys.stdout.flush()


async def answer(director: Director, line: bytes) -> None:
    """Carry out one line and say how it went."""
    name: int | str | None = None
    try:
        command = read(line)
        name = command.id
        fields: Fields = {"ok": True, **await director.perform(command)}
    except _FAILURES as error:
        fields = {"ok": False, "error": f"{type(error).__name__}: {error}"}
    say({"id": name, "at": datetime.now(UTC).isoformat(), **fields})


def _quits(line: bytes) -> bool:
    try:
        return read(line).raw.get("do") == "quit"
    except BadCommand:
        return False


async def serve(demo_path: Path, *, messages: bool) -> None:
    """Take commands until the input ends."""
    demo = read_demo(demo_path)
    stage = Stage(on_seen=(lambda seen: say({"event": "sip", **line_of(seen)})) if messages else None)
    caller = await Caller.open(stage, demo.carrier_host)
    director = Director(demo, stage, caller, say)
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=_LONGEST_LINE)
    pipe, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, pipe.close)
    say({"event": "ready", "at": datetime.now(UTC).isoformat()})
    async with asyncio.TaskGroup() as tasks:
        running: set[asyncio.Task[None]] = set()
        while (line := await lines.readline()) and not _quits(line):
            if line.strip():
                task = tasks.create_task(answer(director, line))
                running.add(task)
                task.add_done_callback(running.discard)
        for task in tuple(running):
            task.cancel()
    await director.close()
    pipe.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m robots", description="Robot callers and agents' phones.")
    parser.add_argument("--demo", type=Path, required=True, help="var/demo.json of a running platform")
    parser.add_argument("--messages", action="store_true", help="say every SIP message as an event")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.demo, messages=arguments.messages))


if __name__ == "__main__":
    main()
