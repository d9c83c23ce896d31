"""The steps of the first call, in order: each makes one thing happen, waits until it has, and gives its proof."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from denwaban import story_sound
from denwaban.demo_file import DemoFile, Tenant
from denwaban.story_api import Api
from denwaban.story_robots import Fields, Robots
from denwaban.story_telling import Missed, of_message

NUMBER: Final = "+81312345601"
QUEUE: Final = "support"
FIRST: Final = "haruto"
"""Becomes ready first, so the call is his."""
SECOND: Final = "akari"
CREW: Final = (FIRST, SECOND)
CHIME: Final = (660, 880)
CHIME_LIMIT: Final = 20.0
CALLER_HZ: Final = 440
AGENT_HZ: Final = 1000
TALK_SECONDS: Final = 3.0
MUSIC_SECONDS: Final = 3.0
"""Some pieces begin softly."""
SPEECH_SECONDS: Final = 1.5
CLEAR_DB: Final = -3.0
"""A tone is heard when it holds half of all energy."""
AUDIBLE_DB: Final = -65.0
"""Speech and music are louder than this even where the music begins softly; digital silence is not."""
APART_DB: Final = 40.0
"""How far below its own tone the other side's must lie in each channel of a recording."""
LENGTH_SECONDS: Final = 0.2


@dataclass(slots=True)
class Stage:
    """Who plays, and what one step leaves for those after it."""

    demo: DemoFile
    tenant: Tenant
    callers: Robots
    phones: Robots
    api: Api
    answered_before: int = 0
    chime: tuple[asyncio.Future[Fields], ...] = ()
    chimed_at: str = ""
    call: str = ""
    recording: str = ""
    talk_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One step with its name for machines, its line in both languages, and what it does."""

    name: str
    ja: str
    en: str
    act: Callable[[Stage], Awaitable[str]]


async def agents_register(stage: Stage) -> str:
    """REGISTER, challenge, 200."""
    proofs = []
    for agent in CREW:
        behaviour = {"do": "ignore"}
        await stage.phones.ask("register", agent=agent, tone_hz=AGENT_HZ, behaviour=behaviour)
        proofs.append(f"{agent}: {of_message(await stage.phones.message('200', agent=agent))}")
    return "; ".join(proofs)


async def agents_sign_in(stage: Stage) -> str:
    """Everybody of the crew works, and nobody takes calls yet."""
    for agent in CREW:
        await stage.api.post(f"/agents/{agent}/sign-in", but="already_signed_in")
        await stage.api.put(f"/agents/{agent}/state", {"state": "paused", "reason": "other"})
    shown = await _agents(stage, lambda states: all(states[agent]["state"] == "paused" for agent in CREW), "all paused")
    queues = await stage.api.get("/queues")
    stage.answered_before = _queue(queues)["today"]["answered"]
    return "GET /agents: " + ", ".join(f"{agent} {shown[agent]['state']}" for agent in CREW)


async def caller_invites(stage: Stage) -> str:
    """INVITE over the trunk, 200."""
    await stage.callers.ask("dial", number=NUMBER, **{"as": "caller"}, tone_hz=CALLER_HZ)
    # The tones last a quarter of a second each: listen before they can begin.
    listen = {"for": "tone", "limit": CHIME_LIMIT}
    stage.chime = tuple(stage.callers.tell("wait", call="caller", **listen, hz=hertz) for hertz in CHIME)
    await stage.callers.ask("wait", 15, call="caller", **{"for": "answered"})
    invite = await stage.callers.message("INVITE", call="caller")
    answer = await stage.callers.message("200", call="caller")
    return f"{NUMBER} from {stage.demo.carrier.address}: {of_message(invite)}; {of_message(answer)}"


async def chime_heard(stage: Stage) -> str:
    """The two tones before the greeting, found in what the caller hears."""
    proofs = []
    for hertz, listening in zip(CHIME, stage.chime, strict=True):
        told = await stage.callers.answered(listening, f"listening for {hertz} Hz", CHIME_LIMIT)
        proofs.append(f"{hertz} Hz at {told['moment']}")
        stage.chimed_at = str(told["moment"])
    return f"RTP to the caller: {', '.join(proofs)} (each {CLEAR_DB:.0f} dB or more of all energy in 0.2 s)"


async def greeting_heard(stage: Stage) -> str:
    """Speech follows the chime: sound that is no single tone."""
    await asyncio.sleep(SPEECH_SECONDS)
    heard = await stage.callers.ask("sound", call="caller", since=stage.chimed_at, hz=CHIME[1])
    if heard["level_db"] < AUDIBLE_DB or heard["tone_db"] > CLEAR_DB:
        raise Missed(f"after the chime the caller hears {heard}", "prompts/greeting.wav, log/controller.log")
    return f"RTP after the chime: level {heard['level_db']} dBFS over {heard['seconds']:.1f} s, no single tone"


async def caller_waits(stage: Stage) -> str:
    """Nobody is ready, so the caller waits and hears music."""
    path = f"/queues/{QUEUE}/waiting"
    waiting = await stage.api.until(path, lambda found: len(found["items"]) == 1, "1 waiting", 20)
    (turn,) = waiting["items"]
    stage.call = turn["call"]
    await asyncio.sleep(MUSIC_SECONDS)
    heard = await stage.callers.ask("sound", call="caller", since=turn["since"])
    if heard["level_db"] < AUDIBLE_DB:
        raise Missed(f"no music, but {heard}", "log/controller.log, asterisk/")
    return f"GET {path}: 1 waiting, {stage.call} since {turn['since']}; music at {heard['level_db']} dBFS"


async def agents_become_ready(stage: Stage) -> str:
    """One agent becomes ready, another right after: the call can only be the first one's."""
    for agent in CREW:
        await stage.api.put(f"/agents/{agent}/state", {"state": "ready", "reason": ""})
    shown = await _agents(stage, lambda states: states[SECOND]["state"] == "ready", f"{SECOND} ready")
    return "GET /agents: " + ", ".join(f"{agent} {shown[agent]['state']} {shown[agent]['since']}" for agent in CREW)


async def longest_ready_is_rung(stage: Stage) -> str:
    """An INVITE at the phone of who became ready first, and none at the other's."""
    await stage.phones.ask("wait", 15, agent=FIRST, **{"for": "rung", "as": "agent"})
    invite = await stage.phones.message("INVITE", call="agent")
    others = await stage.phones.ask("log", agent=SECOND)
    if any(message["what"] == "INVITE" for message in others["messages"]):
        raise Missed(f"{SECOND} was rung too", f"GET /calls/{stage.call}/facts")
    return f"{FIRST}: {of_message(invite)}; {SECOND}: no INVITE"


async def agent_answers(stage: Stage) -> str:
    """The agent picks up."""
    await stage.phones.ask("answer", call="agent")
    await stage.phones.ask("wait", call="agent", **{"for": "answered"})
    return of_message(await stage.phones.message("200", call="agent"))


async def both_hear(stage: Stage) -> str:
    """Each hears the other's tone, and little else."""
    sides = ((stage.callers, "caller", AGENT_HZ), (stage.phones, "agent", CALLER_HZ))
    began = [await robots.ask("wait", call=call, **{"for": "tone"}, hz=hertz) for robots, call, hertz in sides]
    await asyncio.sleep(TALK_SECONDS)
    proofs = []
    for (robots, call, hertz), moment in zip(sides, began, strict=True):
        heard = await robots.ask("sound", call=call, hz=hertz, since=moment["moment"])
        if heard["tone_db"] < CLEAR_DB:
            raise Missed(f"at the {call}, since {hertz} Hz came: {heard}", "log/controller.log, asterisk/")
        proofs.append(f"{hertz} Hz at the {call} holds {heard['tone_db']} dB of {heard['seconds']:.1f} s")
    return "RTP: " + ", ".join(proofs)


async def caller_hangs_up(stage: Stage) -> str:
    """BYE from the caller, BYE to the agent."""
    await stage.callers.ask("hang_up", call="caller")
    await stage.phones.ask("wait", call="agent", **{"for": "ended"})
    sent = await stage.callers.message("BYE", call="caller")
    received = await stage.phones.message("BYE", call="agent")
    return f"caller: {of_message(sent)}; agent: {of_message(received)}"


async def agent_wraps_up(stage: Stage) -> str:
    """After the call the agent has time for its work."""
    shown = await _agents(stage, lambda states: states[FIRST]["state"] == "wrap_up", f"{FIRST} in wrap-up", limit=3)
    agent = shown[FIRST]
    return f"GET /agents: {FIRST} {agent['state']} until {agent['wrap_up_until']}"


async def one_record(stage: Stage) -> str:
    """Exactly one call record, of this call."""

    def there(found: Any) -> bool:
        return any(item["call"] == stage.call and item["ended"] for item in found["items"])

    found = await stage.api.until("/call-records", there, f"a record of {stage.call}", 15)
    records = [item for item in found["items"] if item["call"] == stage.call]
    (record,) = records if len(records) == 1 else (None,)
    if record is None or record["outcome"] != "completed" or record["agents"] != [FIRST]:
        raise Missed(f"GET /call-records: {records}", "log/worker.log")
    stage.talk_seconds, stage.recording = record["talk_seconds"], record["recording"] or ""
    return (
        f"GET /call-records: {stage.call} {record['outcome']} by {FIRST}, "
        f"waited {record['wait_seconds']:.2f} s, talked {record['talk_seconds']:.2f} s"
    )


async def recording_holds_both(stage: Stage) -> str:
    """The caller's tone in one channel, the agent's in the other, as long as they talked."""
    path = f"/recordings/{stage.recording}"
    listed = await stage.api.until(
        "/recordings", lambda found: any(_heard(item, stage) for item in found["items"]), "the recording", 20
    )
    item = next(item for item in listed["items"] if _heard(item, stage))
    try:
        sound = story_sound.read(await stage.api.sound(f"{path}/audio"))
    except ValueError as error:
        raise Missed(f"GET {path}/audio: {error}", "log/worker.log") from error
    left = story_sound.separation(sound.left, sound.rate, CALLER_HZ, AGENT_HZ)
    right = story_sound.separation(sound.right, sound.rate, AGENT_HZ, CALLER_HZ)
    proof = (
        f"GET {path}/audio: {sound.seconds:.2f} s; left {CALLER_HZ} Hz {left:.0f} dB above {AGENT_HZ} Hz, "
        f"right {AGENT_HZ} Hz {right:.0f} dB above {CALLER_HZ} Hz"
    )
    if min(left, right) < APART_DB or abs(sound.seconds - stage.talk_seconds) > LENGTH_SECONDS:
        raise Missed(f"{proof}; talked {stage.talk_seconds:.2f} s", f"recordings/ ({item['state']}), log/worker.log")
    return proof


async def board_counts(stage: Stage) -> str:
    """The board's line of the queue has one more answered call."""
    wanted = stage.answered_before + 1
    queues = await stage.api.until(
        "/queues", lambda found: _queue(found)["today"]["answered"] == wanted, f"{wanted}", 5
    )
    line = _queue(queues)
    today = line["today"]
    return f"GET /queues: {QUEUE} offered {today['offered']}, answered {today['answered']}, waiting {line['waiting']}"


async def agents_sign_out(stage: Stage) -> str:
    """Seats are given back."""
    await leave(stage.api)
    shown = await _agents(stage, lambda states: all(states[agent]["state"] == "signed_out" for agent in CREW), "out")
    return "GET /agents: " + ", ".join(f"{agent} {shown[agent]['state']}" for agent in CREW)


async def leave(api: Api) -> None:
    """Sign the crew out as soon as no call rings or runs there. Raises Missed."""
    busy = ("offered", "on_call")

    def free(found: Any) -> bool:
        return all(_by_id(found)[agent]["state"] not in busy for agent in CREW)

    await api.until("/agents", free, "nobody of the crew in a call", 15)
    for agent in CREW:
        await api.post(f"/agents/{agent}/sign-out", but="not_signed_in")


async def _agents(
    stage: Stage, true: Callable[[dict[str, Fields]], bool], what: str, limit: float = 10
) -> dict[str, Fields]:
    return _by_id(await stage.api.until("/agents", lambda found: true(_by_id(found)), what, limit))


def _by_id(found: Any) -> dict[str, Fields]:
    return {item["id"]: item for item in found["items"]}


def _queue(found: Any) -> Fields:
    return _by_id(found)[QUEUE]


def _heard(item: Fields, stage: Stage) -> bool:
    return bool(item["recording"] == stage.recording and item["audio"])


STEPS: Final = (
    Step("agents_register", "オペレーターの電話機が登録", "The agents' phones register", agents_register),
    Step("agents_sign_in", "オペレーターがサインイン（離席中）", "The agents sign in, paused", agents_sign_in),
    Step("caller_invites", "お客様が局線から発信", "A caller comes in over the trunk", caller_invites),
    Step("chime_heard", "チャイムが聞こえる", "The caller hears the chime", chime_heard),
    Step("greeting_heard", "あいさつが聞こえる", "The caller hears the greeting", greeting_heard),
    Step("caller_waits", "待ち呼になり音楽が流れる", "The caller waits and hears music", caller_waits),
    Step("agents_become_ready", "オペレーターが順に受付可へ", "The agents become ready in turn", agents_become_ready),
    Step("longest_ready_is_rung", "先に受付可の人だけが鳴る", "Only the longest ready is rung", longest_ready_is_rung),
    Step("agent_answers", "オペレーターが応答", "The agent answers", agent_answers),
    Step("both_hear", "互いの声が聞こえる", "They hear each other", both_hear),
    Step("caller_hangs_up", "お客様が終話", "The caller hangs up", caller_hangs_up),
    Step("agent_wraps_up", "オペレーターは後処理", "The agent wraps up", agent_wraps_up),
    Step("one_record", "通話記録が1件", "One call record", one_record),
    Step("recording_holds_both", "録音の左右に両者の音", "Both are on the recording", recording_holds_both),
    Step("board_counts", "状況盤の応答数が1増える", "The board counts one more answered", board_counts),
    Step("agents_sign_out", "オペレーターがサインアウト", "The agents sign out", agents_sign_out),
)
