"""Who is rung on real telephones: all at once, one more after a while, who can what is asked, as it is set by then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from robots.phone import Answer, CallState, Credentials, Ignore, IncomingCall, Phone, Reject, Side
from robots.sound import tone_in
from tests.e2e.board import Row
from tests.e2e.crew import CALLER_HZ, TENANT, Crew, eventually
from tests.e2e.office import Admin, admin_of, at_work
from tests.platform import SEEDS, Platform, running_platform

NUMBER = "+81312345612"
EVERYBODY = tuple(f"agent-{number}" for number in range(1, 21))
RELAXES_AFTER = 2.0


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A whole denwaban with the tenant of tests/data/seeds/strategies.toml."""
    with running_platform(SEEDS / "strategies.toml") as running:
        yield running


@pytest.fixture
async def boss(crew: Crew) -> AsyncIterator[Admin]:
    """Who sets the strategies."""
    async with admin_of(crew.platform, crew.platform.tenant(TENANT)["admin"]) as admin:
        yield admin


async def all_at_work(crew: Crew, boss: Admin, agents: tuple[str, ...]) -> dict[str, Phone]:
    """All are rung at once, at telephones that sound different; nobody answers by himself."""
    await boss.change("queues/crowd", routing={"strategy": "ring_all"})
    phones = dict(zip(agents, await asyncio.gather(*(crew.work(one, Ignore()) for one in agents)), strict=True))
    for place, phone in enumerate(phones.values()):
        phone.tone_hz = 600 + 100 * place
    return phones


async def all_rung(phones: dict[str, Phone]) -> dict[str, IncomingCall]:
    return dict(zip(phones, await asyncio.gather(*(phone.rung() for phone in phones.values())), strict=True))


async def test_of_twenty_who_answer_together_one_talks_and_the_others_are_ready_again(crew: Crew, boss: Admin) -> None:
    phones = await all_at_work(crew, boss, EVERYBODY)
    caller = crew.dial(NUMBER)
    rung = await all_rung(phones)
    for one in rung.values():
        one.answer()
    winner = str((await crew.board.fact("OfferAccepted"))["body"]["agent"])
    losers = [one for one in EVERYBODY if one != winner]
    await rung[winner].rtp.hears(CALLER_HZ)
    together = await caller.rtp.hears(phones[winner].tone_hz or 0)
    for one in losers:
        await rung[one].ended()
        assert rung[one].ended_by is Side.PEER
        await crew.board.state(one, "ready")
    # Who was too late has heard nothing of the caller, nor the caller of him.
    assert all(tone_in(rung[one].rtp.heard(), CALLER_HZ) < -20 for one in losers)
    assert all(tone_in(caller.rtp.heard_since(together), phones[one].tone_hz or 0) < -20 for one in losers)
    assert rung[winner].state is CallState.ANSWERED
    assert (len(crew.board.of("OfferMade")), len(crew.board.of("OfferAccepted"))) == (20, 1)
    assert (len(crew.board.of("ConversationStarted")), len(crew.board.of("LegJoined"))) == (1, 2)
    withdrawn = crew.board.of("OfferWithdrawn", why="answered_elsewhere")
    assert sorted(fact["body"]["agent"] for fact in withdrawn) == sorted(losers)
    # Nothing is taken back with the answer: only when it has been told that the two hear each other.
    (began,) = crew.board.of("ConversationStarted")
    assert all(at(fact) > at(began) for fact in withdrawn)
    assert crew.board.of("OfferMissed") == []
    caller.hang_up()
    await rung[winner].ended()
    await crew.board.state(winner, "ready")
    record = await crew.api.record(await crew.started())
    assert (record["outcome"], record["agents"]) == ("completed", [winner])


async def test_the_caller_of_one_who_answers_and_drops_keeps_his_place_with_the_others(crew: Crew, boss: Admin) -> None:
    phones = await all_at_work(crew, boss, EVERYBODY[:5])
    # On a machine that stalls he may seem to have talked for a second.
    await boss.change("queues/crowd", service={"dropped_within": 10})
    phones["agent-1"].behaviour, phones["agent-2"].behaviour = Reject(603), Answer(0.3, hang_up_after=0.0)
    caller = crew.dial(NUMBER)
    rung = await all_rung(phones)
    await rung["agent-1"].ended()
    await rung["agent-2"].ended()
    dropped = await crew.board.fact("WishChanged", agent="agent-2", wish="paused")
    assert dropped["body"]["reason"] == "refused"
    back = await crew.board.fact("CallQueued", nth=2)
    assert crew.board.of("CallQueued")[0]["body"]["since"] == back["body"]["since"]
    if crew.board.of("OfferWithdrawn", why="answered_elsewhere"):
        # It had been told that the two hear each other before he dropped: the others are silent by then, and ring anew.
        rung |= {one: await phones[one].rung() for one in ("agent-3", "agent-4", "agent-5")}
    assert rung["agent-4"].state is CallState.RINGING
    rung["agent-4"].answer()
    await caller.rtp.hears(phones["agent-4"].tone_hz or 0)
    await rung["agent-4"].rtp.hears(CALLER_HZ)
    for one in ("agent-3", "agent-5"):
        await rung[one].ended()
        assert (rung[one].ended_by, rung[one].status) == (Side.PEER, 487)
        await crew.board.state(one, "ready")
    assert [fact["body"]["agent"] for fact in crew.board.of("OfferRefused")] == ["agent-1"]
    assert crew.board.of("OfferMissed") == []
    caller.hang_up()
    record = await crew.api.record(await crew.started())
    assert record["agents"][-1] == "agent-4"


async def test_one_more_is_rung_after_a_while_and_another_strategy_reaches_who_waits(crew: Crew, boss: Admin) -> None:
    progressive = {"strategy": "ring_progressive", "ring_more_every": 1.0}
    await boss.queue_with_number("stairs", "+81312345691", ring_time=100, wrap_up=0, routing=progressive)
    phones = [await new(crew, boss, name) for name in ("kei", "nao", "rin")]
    caller = crew.dial("+81312345691")
    first, second, third = [await phone.rung() for phone in phones]
    offers = [await crew.board.fact("OfferMade", nth=nth) for nth in (1, 2, 3)]
    assert [fact["body"]["agent"] for fact in offers] == ["kei", "nao", "rin"]
    times = [at(fact) for fact in offers]
    assert min((times[1] - times[0]).total_seconds(), (times[2] - times[0]).total_seconds() - 1) >= 1.0
    assert {one.state for one in (first, second)} == {CallState.RINGING}
    second.answer()
    await second.rtp.hears(CALLER_HZ)
    for one in (first, third):
        assert (await one.ended(), one.ended_by)[1] is Side.PEER
    caller.hang_up()
    await second.ended()
    for name in ("kei", "nao", "rin"):
        await crew.board.state(name, "ready")
    assert crew.board.of("OfferMissed") == []
    # One is rung, and the caller waits: now everybody is.
    await boss.change("queues/stairs", routing={"strategy": "linear"})
    waits = crew.dial("+81312345691")
    alone = await phones[0].rung()
    call, first_offer = await crew.started(2), await crew.board.fact("OfferMade", nth=4)
    told = await rings_at(crew, call, {"kei"}, {"nao": ["ring_limit"], "rin": ["ring_limit"]})
    ends = told["offers"][0]["ring_until"]
    assert {reason["until"] for one in told["agents"] for reason in one["reasons"]} == {ends}
    assert [(one["kind"], one["at"], one["agents"], one["ring_on"]) for one in told["changes"]] == [
        ("ring_ends", ends, ["kei"], 0)
    ]
    await boss.change("queues/stairs", routing={"strategy": "ring_progressive", "ring_more_every": 80})
    told = await rings_at(crew, call, {"kei"}, {"nao": ["rung_later"], "rin": ["rung_later"]})
    more = at(first_offer) + timedelta(seconds=80)
    assert {moment(reason["until"]) for one in told["agents"] for reason in one["reasons"]} == {more}
    assert [(one["kind"], one["ring_on"]) for one in told["changes"]] == [("one_more_rung", 1), ("ring_ends", 0)]
    await boss.change("queues/stairs", routing={"strategy": "ring_all", "ring_at_most": 2})
    # Who has talked is idle for the shortest time.
    others = [await phones[2].rung()]
    told = await rings_at(crew, call, {"kei", "rin"}, {"nao": ["ring_limit"]})
    assert [(one["kind"], one["agents"], one["ring_on"]) for one in told["changes"]] == [
        ("ring_ends", ["kei"], 1),
        ("ring_ends", ["rin"], 0),
    ]
    assert told["sentences"][0]["en"] == "It is ringing at kei, rin."
    await boss.change("queues/stairs", routing={"strategy": "ring_all"})
    others.append(await phones[1].rung())
    await rings_at(crew, call, {"kei", "nao", "rin"}, {})
    (waiting,) = (await crew.api.get("/queues/stairs/waiting"))["items"]
    assert waiting["offered_to"] == ["kei", "rin", "nao"]
    last = await crew.board.fact("OfferMade", nth=6)
    told = await crew.api.get(f"/calls/{call}/offers/{last['seq']}/why?full=true")
    assert (told["winner"]["agent"], [(one["kind"], one["agents"]) for one in told["kept"]]) == (
        "nao",
        [("rung_already", 2)],
    )
    assert alone.state is CallState.RINGING
    others[1].answer()
    await others[1].rtp.hears(CALLER_HZ)
    await alone.ended()
    await others[0].ended()
    waits.hang_up()
    await others[1].ended()
    assert crew.board.of("OfferMissed") == []


async def test_a_skill_that_nobody_has_is_not_asked_for_any_more_after_a_while(crew: Crew, boss: Admin) -> None:
    asked = [{"skill": "english", "level": 5, "relaxation": [{"after": RELAXES_AFTER, "level": 0}]}]
    await boss.queue_with_number("foreign", "+81312345692", wrap_up=0, routing={"requirements": asked})
    phone = await new(crew, boss, "mio", queue="foreign")
    crew.dial("+81312345692")
    rung = await phone.rung()
    queued, offered = await crew.board.fact("CallQueued"), await crew.board.fact("OfferMade")
    assert (at(offered) - since(queued)).total_seconds() >= RELAXES_AFTER
    assert crew.board.of("WaitStepped")[0]["body"]["want"] == ""
    rung.answer()
    await rung.rtp.hears(CALLER_HZ)


async def new(crew: Crew, boss: Admin, name: str, queue: str = "stairs") -> Phone:
    """A new agent of a queue, whose telephone rings until he is told to answer."""
    return await at_work(crew, name, await boss.agent(name, queue), Ignore())


async def rings_at(crew: Crew, call: str, agents: set[str], kept: dict[str, list[str]]) -> dict[str, Any]:
    """What is told of the call once it rings at these, and the others of its queue have these reasons."""

    async def so() -> dict[str, Any] | None:
        told: dict[str, Any] = await crew.api.get(f"/calls/{call}/why")
        reasons = {one["agent"]: [reason["kind"] for reason in one["reasons"]] for one in told["agents"]}
        return told if ({one["agent"] for one in told["offers"]}, reasons) == (agents, kept) else None

    found: dict[str, Any] = await eventually(so, f"ringing at {agents}, not at {kept}")
    return found


def at(fact: Row) -> datetime:
    return moment(fact["at"])


def moment(told: str) -> datetime:
    return datetime.fromisoformat(told)


def since(queued: Row) -> datetime:
    """From when his wait counts, which is a little before the fact of it."""
    return datetime.fromisoformat(queued["body"]["since"])


async def test_each_strategy_rings_whom_its_own_key_puts_first(crew: Crew, boss: Admin) -> None:
    """Four agents, of whom each is the first by another key; nobody answers, so that the keys stay as they are."""
    await boss.queue_with_number("turns", "+81312345693", ring_time=30, wrap_up=0)
    phones = {}
    for name, order, share in (("asa", 4, 1), ("ume", 3, 8), ("eri", 2, 1), ("ryo", 1, 1)):
        how = [{"queue": "turns", "order": order, "share": share}]
        told = await boss.put(f"agents/{name}", {"name": name, "queues": ["turns"], "memberships": how})
        known = Credentials(told["sip"]["username"], told["sip"]["password"])
        phones[name] = await at_work(crew, name, known, ready=False)
    for name, talks, seconds in (("ume", 2, 1.0), ("asa", 2, 1.0), ("ryo", 2, 0.2), ("eri", 1, 2.5)):
        await talked(crew, name, phones[name], talks, seconds)
    for name in ("asa", "eri", "ume", "ryo"):
        phones[name].behaviour = Ignore()
        await crew.api.ready(name)
        await crew.board.state(name, "ready")
    before = len(crew.board.of("OfferMade"))
    rung = [
        await rung_by(crew, boss, strategy)
        for strategy in ("longest_idle", "least_recent", "fewest_calls", "least_talk", "ratio", "linear")
    ]
    assert rung == ["asa", "ume", "eri", "ryo", "ume", "ryo"]
    assert [await rung_by(crew, boss, "round_robin") for _ in range(4)] == ["eri", "ume", "asa", "ryo"]
    assert len({await rung_by(crew, boss, "random") for _ in range(10)}) > 1
    assert len(crew.board.of("OfferMade")) == before + 20


async def test_the_reason_of_an_offer_names_who_would_have_been_rung_next_and_they_are(crew: Crew, boss: Admin) -> None:
    """Eight refuse one after the other, in the order in which they were ready; two are at lunch, ten not there."""
    await boss.change("queues/crowd", routing={"strategy": "longest_idle"})
    order, lunch, away = list(EVERYBODY[7::-1]), EVERYBODY[8:10], EVERYBODY[10:]
    await asyncio.gather(*(crew.work(one, Reject(603), ready=False) for one in (*order, *lunch)))
    for one in lunch:
        await crew.api.pause(one, "lunch")
    for one in order:
        await crew.api.ready(one)
        await crew.board.state(one, "ready")
    crew.dial(NUMBER)
    offers = [await crew.board.fact("OfferMade", nth=nth) for nth in range(1, 9)]
    await crew.board.until(lambda: len(crew.board.of("OfferRefused")) == 8, "eight have refused")
    assert [fact["body"]["agent"] for fact in offers] == order
    now = (await boss.api.get("/configuration"))["version"]
    queue = (await boss.api.get("/configuration/queues/crowd"))["version"]
    others = len((await crew.api.get("/agents?limit=200"))["items"]) - len(EVERYBODY)
    for nth, fact in enumerate(offers):
        path = f"/calls/{fact['body']['call']}/offers/{fact['body']['offer']}/why"
        told, full = await crew.api.get(path), await crew.api.get(f"{path}?full=true")
        last = nth == len(order) - 1
        assert (told["seq"], told["key"]) == (fact["seq"], "only_one" if last else "longest_idle")
        assert told["could_be_rung"] == fact["body"]["ready"] == len(order) - nth
        assert [told["winner"]["agent"], *(one["agent"] for one in told["runners_up"])] == order[nth : nth + 6]
        assert [one["agent"] for one in full["runners_up"]] == order[nth + 1 :]
        kept = {(one["kind"], one["detail"]): one["agents"] for one in told["kept"]}
        refused = {("refused", ""): nth} if nth else {}
        assert kept == {("signed_out", ""): len(away), ("paused", "lunch"): len(lunch), **refused}
        reasons = {one["agent"]: one["reasons"][0]["kind"] for one in full["kept_agents"]}
        assert reasons == {
            **dict.fromkeys(order[:nth], "refused"),
            **dict.fromkeys(lunch, "paused"),
            **dict.fromkeys(away, "signed_out"),
        }
        assert told["versions"] == {"in_force": now, "of_call": now, "of_queue": queue}
        assert told["elsewhere"] == others


async def talked(crew: Crew, name: str, phone: Phone, talks: int, seconds: float) -> None:
    """While nobody else is ready he has so many talks, of about so many seconds."""
    await crew.api.ready(name)
    for _ in range(talks):
        await crew.board.state(name, "ready")
        caller = crew.dial("+81312345693")
        rung = await phone.rung()
        await rung.rtp.hears(CALLER_HZ)
        await asyncio.sleep(seconds)
        caller.hang_up()
        await rung.ended()
    await crew.board.state(name, "ready")
    await crew.api.pause(name)
    await crew.board.state(name, "paused")


async def rung_by(crew: Crew, boss: Admin, strategy: str) -> str:
    """Whom a caller's call rings who hangs up then; everybody is as he was."""
    await boss.change("queues/turns", routing={"strategy": strategy})
    offers = len(crew.board.of("OfferMade"))
    caller = crew.dial("+81312345693")
    agent = str((await crew.board.fact("OfferMade", nth=offers + 1))["body"]["agent"])
    caller.hang_up()
    await crew.board.state(agent, "ready")
    return agent
