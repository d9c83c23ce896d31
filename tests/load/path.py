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

STEPS = (
    "BYE → event (Asterisk)",
    "event → create (controller)",
    "create → StasisStart (Asterisk)",
    "StasisStart → dial (controller)",
    "dial → INVITE (Asterisk)",
)
Test = Callable[[Word], bool]
_ENDS = frozenset({"ChannelHangupRequest", "ChannelDestroyed", "StasisEnd"})


@dataclass(slots=True)
class Path:
    """Samples of each step in seconds, the whole as the last; and what else crossed the socket meanwhile."""

    steps: dict[str, list[float]] = field(default_factory=lambda: {step: [] for step in (*STEPS, "BYE → INVITE")})
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
    """The event at `place` said that the agent is free; a create that answers another's event comes in between only
    when two were freed within one path, which is left out."""
    create = _next(words, place + 1, lambda word: word.asked and word.what == "POST channels/create", _another_end)
    if create is None:
        return
    leg = words[create].channel
    stands = _next(words, create, lambda word: word.what == "StasisStart" and word.channel == leg)
    dial = None if stands is None else _next(words, stands, lambda word: word.asked and word.what.endswith("/dial"))
    if stands is None or dial is None or words[stands].call_id not in rang:
        return
    times = [bye, words[place].at, words[create].at, words[stands].at, words[dial].at, rang[words[stands].call_id]]
    for step, (begun, ended) in zip(STEPS, pairwise(times), strict=True):
        path.steps[step].append(ended - begun)
    path.steps["BYE → INVITE"].append(times[-1] - times[0])
    path.before_create.update(_told(word) for word in words[place + 1 : create])
    path.before_dial.update(_told(word) for word in words[create + 1 : dial])
    path.traced += 1


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
