"""Names are ordered by time, the same each time, and tenants never change their shard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.ids import SHARDS, NodeId, TenantId, call_id, derive, shard_of, ulid

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AT = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)
# hypothesis wants its bounds naive.
moments = st.datetimes(datetime(1970, 1, 2), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
chances = st.integers(0, 2**80 - 1)


def test_a_ulid_is_what_the_specification_says() -> None:
    assert ulid(datetime.fromtimestamp(0, UTC), 0) == "0" * 26
    assert ulid(datetime.fromtimestamp(1.0, UTC), 1) == "00000000Z8" + "0" * 15 + "1"
    assert ulid(datetime.fromtimestamp(0, UTC), 2**80 - 1) == "0" * 10 + "Z" * 16


@given(moments, chances)
def test_a_ulid_has_26_signs_of_crockfords_alphabet(at: datetime, chance: int) -> None:
    text = ulid(at, chance)
    assert len(text) == 26
    assert set(text) <= set(ALPHABET)


@given(moments, chances, chances, st.integers(1, 10**9))
def test_later_ulids_sort_later_whatever_chance_says(at: datetime, one: int, other: int, milliseconds: int) -> None:
    later = at + timedelta(milliseconds=milliseconds)
    assert ulid(at, one) < ulid(later, other)


@given(moments, chances, chances)
def test_chance_alone_tells_names_of_one_moment_apart(at: datetime, one: int, other: int) -> None:
    assert (ulid(at, one) == ulid(at, other)) == (one == other)


def test_a_derived_name_is_the_same_each_time() -> None:
    # Golden: ids stand in journals; another name for the same thing would make it two things after a restart.
    assert derive("offer", AT, "call_1", 1) == "offer_01KN44ARM0XJK4WB0Q8SCWCFRW"
    assert derive("offer", AT, "call_1", 1) == derive("offer", AT, "call_1", "1")


@pytest.mark.parametrize(
    "other",
    [
        derive("offer", AT, "call_1", 2),
        derive("offer", AT, "call_2", 1),
        derive("offer", AT, "call_11"),
        derive("offer", AT, "call_1", 1, ""),
        derive("offer", AT + timedelta(milliseconds=1), "call_1", 1),
        derive("leg", AT, "call_1", 1),
    ],
)
def test_another_moment_or_part_gives_another_name(other: str) -> None:
    assert derive("offer", AT, "call_1", 1) != other


def test_a_channel_seen_twice_is_the_same_call_and_another_nodes_is_not() -> None:
    call = call_id(NodeId("node-1"), "1775034000.1", AT)
    assert call == call_id(NodeId("node-1"), "1775034000.1", AT)
    assert call != call_id(NodeId("node-2"), "1775034000.1", AT)
    assert call != call_id(NodeId("node-1"), "1775034000.2", AT)
    assert call.startswith("call_")


@pytest.mark.parametrize(
    ("tenant", "shard"),
    [
        ("tenant_1", 56),
        ("tenant_2", 61),
        ("tenant_demo", 29),
        ("tenant_01KN35E000HM37M0BSRVYA4KGA", 61),
        ("さくら商会", 23),
    ],
)
def test_a_tenant_never_changes_its_shard(tenant: str, shard: int) -> None:
    assert shard_of(TenantId(tenant)) == shard


def test_tenants_are_spread_over_all_shards() -> None:
    used = {shard_of(TenantId(f"tenant_{number}")) for number in range(2000)}
    assert used == set(range(SHARDS))
