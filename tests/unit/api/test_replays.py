"""A floor is replayed to any fact, forwards and backwards, for one tenant after another, and never half."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from acd.evolve import evolve
from acd.facts import Body, OfferMade
from acd.model import Floor
from api import replays
from api.replays import Replays
from kernel.fact import Fact
from kernel.ids import TenantId
from store.codec import dump_floor, load_floor
from store.facts import AnyFact, FactStore
from store.starts import ReplayStarts
from tests.unit.reports.play import Play


class Kept(FactStore):
    """Facts by tenant; `read` is what was asked for: tenant, after which seq, how many."""

    def __init__(self, *plays: Play) -> None:
        self.facts = {play.tenant: list[Fact[Body]](play.facts) for play in plays}
        self.read: list[tuple[TenantId, int, int]] = []

    async def since(self, tenant: TenantId, seq: int, limit: int = 0) -> tuple[AnyFact, ...]:
        self.read.append((tenant, seq, limit))
        await asyncio.sleep(0)
        return tuple(self.facts[tenant][seq : seq + limit])


class Starts(ReplayStarts):
    """A start after every `every` facts, as bytes; 0: there are none."""

    def __init__(self, *plays: Play, every: int = 0) -> None:
        self.kept = {(play.tenant, seq): _kept(play, seq) for play in plays for seq in _places(play, every)}

    async def floor(self, tenant: TenantId, after: int, until: int) -> Floor | None:
        seqs = [seq for one, seq in self.kept if one == tenant and after < seq <= until]
        return load_floor(self.kept[tenant, max(seqs)]) if seqs else None


def _places(play: Play, every: int) -> range:
    return range(every, len(play.facts) + 1, every) if every else range(0)


def _kept(play: Play, seq: int) -> bytes:
    return dump_floor(floor_at(play, seq))


def played(tenant: str = "acme") -> Play:
    play = Play(tenant=TenantId(tenant))
    for _ in range(5):
        play.hang_up(play.arrive(later=20.0), later=1.0)
    return play


def floor_at(play: Play, seq: int) -> Floor:
    floor = Floor(play.tenant)
    for fact in play.facts[:seq]:
        evolve(floor, fact)
    return floor


async def test_forwards_backwards_and_from_tenant_to_tenant_the_floor_is_that_of_the_facts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replays, "_PAGE", 7)
    acme, rival = played(), played("rival")
    last = len(acme.facts)
    asked = Replays(Kept(acme, rival), Starts())
    for play, seq in ((acme, 20), (acme, last), (rival, last), (acme, 0), (acme, 20), (acme, 19)):
        assert await asked.at(play.tenant, seq) == floor_at(play, seq)


async def test_who_asks_about_a_later_fact_does_not_read_the_earlier_ones_again() -> None:
    acme = played()
    store = Kept(acme)
    asked = Replays(store, Starts())
    await asked.at(acme.tenant, 20)
    await asked.at(acme.tenant, 20)
    await asked.at(acme.tenant, 25)
    assert store.read == [(acme.tenant, 0, 20), (acme.tenant, 20, 5)]


async def test_replays_at_the_same_time_do_not_mix() -> None:
    acme, rival = played(), played("rival")
    asked = Replays(Kept(acme, rival), Starts())

    async def look(play: Play, seq: int) -> bool:
        return await asked.at(play.tenant, seq) == floor_at(play, seq)

    await asked.at(acme.tenant, 5)
    assert all(await asyncio.gather(*(look(play, seq) for seq in (30, 10, 20) for play in (acme, rival))))


async def test_a_floor_on_which_a_fact_broke_is_not_gone_on_with() -> None:
    acme = played()
    store = Kept(acme)
    made = next(fact for fact in acme.facts if isinstance(fact.body, OfferMade))
    store.facts[acme.tenant][made.seq - 1] = replace(made, body=replace(made.body, call="unknown"))
    asked = Replays(store, Starts())
    await asked.at(acme.tenant, made.seq - 1)
    with pytest.raises(KeyError):
        await asked.at(acme.tenant, made.seq)
    store.facts[acme.tenant] = list(acme.facts)
    assert await asked.at(acme.tenant, made.seq) == floor_at(acme, made.seq)


async def test_a_history_that_takes_too_long_ends_at_the_limit_and_goes_on_when_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    acme = played()
    store = Kept(acme)
    monkeypatch.setattr(replays, "REPLAY_LIMIT", 0.0)
    asked = Replays(store, Starts())
    with pytest.raises(TimeoutError):
        await asked.at(acme.tenant, 20)
    monkeypatch.setattr(replays, "REPLAY_LIMIT", 60.0)
    assert await asked.at(acme.tenant, 20) == floor_at(acme, 20)


async def test_a_replay_begins_at_the_nearest_start_unless_the_last_floor_is_nearer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replays, "_NEAR", 4)
    acme, rival = played(), played("rival")
    store = Kept(acme, rival)
    asked = Replays(store, Starts(acme, rival, every=10))
    for play, seq in ((acme, 29), (acme, 33), (acme, 38), (acme, 49), (rival, 9), (acme, 30)):
        assert await asked.at(play.tenant, seq) == floor_at(play, seq)
    assert store.read == [
        (acme.tenant, 20, 9),
        (acme.tenant, 29, 4),
        (acme.tenant, 33, 5),
        (acme.tenant, 40, 9),
        (rival.tenant, 0, 9),
    ]
