"""Where the time goes between an agent's BYE and the next INVITE: each step of the path, as it crossed the wire."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import pairwise

from rich.progress import Progress

from tests.load import ari_wire, capture, free_ring, sip_wire, sipp
from tests.load.ari_wire import Word
from tests.load.rig import FEW, Rig
from tests.load.sip_wire import Message

HEARD = "BYE → event (Asterisk)"
MADE = ("event → create (controller)", "create → StasisStart (Asterisk)", "StasisStart → dial (controller)")
"""Only where the agent's channel is made when he becomes free."""
READY = "event → dial (controller)"
"""Only where his channel was made beforehand."""
RUNG = "dial → INVITE (Asterisk)"
WHOLE = "BYE → INVITE"
STEPS = (HEARD, *MADE, READY, RUNG, WHOLE)
Test = Callable[[Word], bool]
_ENDS = frozenset({"ChannelHangupRequest", "ChannelDestroyed", "StasisEnd"})


@dataclass(slots=True)
class Path:
    """Samples of each step in seconds, the whole as the last; and what else crossed the socket meanwhile."""

    steps: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in STEPS})
    before_create: Counter[str] = field(default_factory=Counter)
    before_dial: Counter[str] = field(default_factory=Counter)
    traced: int = 0


def measure(rig: Rig, samples: int, progress: Progress) -> Path:
    """denwaban alone with 20 agents and a backlog of 40."""
    folder = rig.part("path")
    seconds = free_ring.WARM_UP + samples / FEW * free_ring.MEAN_CYCLE
    side = free_ring.ours(rig)
    with ExitStack() as stack:
        callers = free_ring.robots(stack, rig, folder, 0, side, seconds)
        free_ring.wait(progress, "path: warm-up", free_ring.WARM_UP)
        with capture.capturing(folder / "wire", rig.sip[1], rig.load, rig.ari_port):
            free_ring.wait(progress, "path", seconds - free_ring.WARM_UP)
        sipp.drain([callers])
    packets = list(capture.read(folder / "wire"))
    since = packets[0].at
    return trace(sip_wire.messages(packets, since), ari_wire.words(packets, rig.ari_port, since), side.arm.agent_port)


def trace(heard: Iterable[Message], words: Sequence[Word], agent_port: int) -> Path:
    """Follow each agent's BYE over the socket to the INVITE that the controller asked for because of it."""
    path = Path()
    byes, rang = {}, {}
    for one in heard:
        if one.method == "BYE" and not one.status and one.source[1] == agent_port:
            byes.setdefault(one.call_id, one.at)
        elif one.begins and one.target[1] == agent_port:
            rang.setdefault(one.call_id, one.at)
    followed: set[str] = set()
    for place, word in enumerate(words):
        if word.what in _ENDS and word.call_id in byes and word.call_id not in followed:
            followed.add(word.call_id)
            _follow(path, words, place, byes[word.call_id], rang)
    return path


def _follow(path: Path, words: Sequence[Word], place: int, bye: float, rang: dict[str, float]) -> None:
    """The event at `place` said that the agent is free. When another is freed before anything is asked, it is left
    out: whose ring it is could not be told."""
    first = _next(words, place + 1, _rings, _another_end)
    if first is None:
        return
    leg = words[first].channel
    made = words[first].what == "POST channels/create"
    dial = _next(words, first, lambda word: word.channel == leg and _dials(word))
    stands = next((word for word in words if word.what == "StasisStart" and word.channel == leg), None)
    if dial is None or stands is None or stands.call_id not in rang:
        return
    moments = [bye, words[place].at, words[dial].at, rang[stands.call_id]]
    if made:
        moments[2:2] = [words[first].at, stands.at]
    if moments != sorted(moments):
        return
    names = (HEARD, *(MADE if made else (READY,)), RUNG)
    for step, (begun, ended) in zip(names, pairwise(moments), strict=True):
        path.steps[step].append(ended - begun)
    path.steps[WHOLE].append(moments[-1] - moments[0])
    path.before_create.update(_told(word) for word in words[place + 1 : first])
    path.before_dial.update(_told(word) for word in words[first + 1 : dial])
    path.traced += 1


def _rings(word: Word) -> bool:
    return word.asked and (word.what == "POST channels/create" or _dials(word))


def _dials(word: Word) -> bool:
    return word.asked and word.what == "POST channels/…/dial"


def _another_end(word: Word) -> bool:
    return word.what == "ChannelHangupRequest"


def _next(words: Sequence[Word], begin: int, wanted: Test, given_up: Test = lambda _: False) -> int | None:
    for place in range(begin, min(begin + 400, len(words))):
        if wanted(words[place]):
            return place
        if given_up(words[place]):
            return None
    return None


def _told(word: Word) -> str:
    return f"{'→' if word.asked else '←'} {word.what}"
