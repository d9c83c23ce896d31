"""Commands and outcomes survive as bytes; nothing else gets through."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson
import pytest

from acd.inputs import Command, SetWish, SignIn, SignOut
from acd.model import Wish
from bus.wire import (
    CommandAccepted,
    CommandMessage,
    Malformed,
    Outcome,
    read_command,
    read_outcome,
    write_command,
    write_outcome,
)
from kernel.ids import AgentId, CommandId, TenantId
from kernel.refusal import Code, Refused

COMMAND, AGENT = CommandId("command_1"), AgentId("agent_1")
AT = datetime(2026, 11, 21, 1, 2, 3, 456789, tzinfo=UTC)


@pytest.mark.parametrize(
    "body", [SignIn(COMMAND, AGENT), SignOut(COMMAND, AGENT), SetWish(COMMAND, AGENT, Wish.PAUSED, "昼食")]
)
def test_a_command_comes_back_equal(body: Command) -> None:
    message = CommandMessage(COMMAND, TenantId("even"), AT, body)
    assert read_command(write_command(message, "here")) == (message, "here")


@pytest.mark.parametrize(
    "outcome",
    [CommandAccepted(7), Refused(Code.SEAT_LIMIT_REACHED, "4", 5, 5, (("a", "b"),)), Refused(Code.NOT_SIGNED_IN)],
)
def test_an_outcome_comes_back_equal(outcome: Outcome) -> None:
    assert read_outcome(write_outcome(COMMAND, outcome)) == (COMMAND, outcome)


@pytest.mark.parametrize(
    "change",
    [
        {"type": "UseConfig"},
        {"type": 7},
        {"body": {"agent": "agent_1"}},
        {"body": None},
        {"expires": "2026-11-21T01:02:03"},
        {"expires": "soon"},
        {"reply_to": None},
    ],
)
def test_what_is_no_command_is_malformed(change: dict[str, object]) -> None:
    good = orjson.loads(write_command(CommandMessage(COMMAND, TenantId("even"), AT, SignIn(COMMAND, AGENT)), "here"))
    with pytest.raises(Malformed):
        read_command(orjson.dumps({**good, **change}))


@pytest.mark.parametrize("data", [b"", b"null", b"{}", b'{"command":"a","accepted":null,"refused":null}'])
def test_what_is_no_outcome_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        read_outcome(data)
