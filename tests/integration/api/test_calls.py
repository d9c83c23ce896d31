"""Ordering a call at the api: who may, what fits, and that nothing is half done without a controller."""

from __future__ import annotations

import pytest

from bus.commands import CommandAccepted, CommandMessage, Outcome, PlaceCall
from kernel.ids import AgentId
from kernel.refusal import Code, Refused
from tests.integration.api.office import Office


class Asked:
    """A controller that writes down what it was asked and says one thing."""

    def __init__(self, says: Refused | None = None) -> None:
        self.orders: list[PlaceCall] = []
        self._says = says

    async def answer(self, message: CommandMessage) -> Outcome:
        assert isinstance(message.body, PlaceCall)
        self.orders.append(message.body)
        return self._says or CommandAccepted(1)


async def test_an_agent_orders_a_call_for_himself(acme: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked()
    monkeypatch.setattr(acme, "answer", asked.answer)
    async with acme.controller(), acme.client("aoki") as aoki:
        answer = await aoki.post("/calls", json={"to": "03-1234-5678", "from": "+81312345601"})
    assert answer.status_code == 202, answer.text
    (order,) = asked.orders
    assert (order.agent, order.to, order.shown) == (AgentId("aoki"), "03-1234-5678", "+81312345601")
    assert answer.json()["call"] == order.call
    assert order.call.startswith("call_")


async def test_the_same_key_names_the_same_call(acme: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Asked()
    monkeypatch.setattr(acme, "answer", asked.answer)
    key = {"Idempotency-Key": "k1"}
    async with acme.controller(), acme.client("aoki") as aoki:
        calls = [(await aoki.post("/calls", json={"to": "117"}, headers=key)).json()["call"] for _ in range(2)]
        other = await aoki.post("/calls", json={"to": "118"}, headers=key)
    assert calls[0] == calls[1]
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")
    assert {(order.command, order.call) for order in asked.orders} == {(asked.orders[0].command, calls[0])}


async def test_a_supervisor_orders_for_others_and_an_agent_does_not(
    acme: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Asked()
    monkeypatch.setattr(acme, "answer", asked.answer)
    async with acme.controller():
        async with acme.client() as boss:
            fine = await boss.post("/calls", json={"to": "117", "agent": "aoki"})
            nobody = await boss.post("/calls", json={"to": "117"})
            unknown = await boss.post("/calls", json={"to": "117", "agent": "zz"})
        async with acme.client("aoki") as aoki:
            foreign = await aoki.post("/calls", json={"to": "117", "agent": "baba"})
    assert [one.status_code for one in (fine, nobody, unknown, foreign)] == [202, 403, 404, 403]
    assert [order.agent for order in asked.orders] == ["aoki"]


async def test_a_rules_no_is_given_in_words(acme: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    no = Refused(Code.CHANNELS_EXHAUSTED, "a line of two", 2, 2)
    monkeypatch.setattr(acme, "answer", Asked(no).answer)
    async with acme.controller(), acme.client("aoki") as aoki:
        answer = await aoki.post("/calls", json={"to": "117"})
    assert (answer.status_code, answer.json()["code"], answer.json()["used"]) == (409, "channels_exhausted", 2)


@pytest.mark.parametrize(
    "body", [{}, {"to": ""}, {"to": "1" * 101}, {"to": 117}, {"to": "117", "colour": "red"}, {"to": "1\x0017"}]
)
async def test_what_is_no_order_is_bad_input(acme: Office, body: dict[str, object]) -> None:
    async with acme.client("aoki") as aoki:
        assert (await aoki.post("/calls", json=body)).status_code == 422


async def test_without_a_controller_nothing_is_half_done(acme: Office) -> None:
    async with acme.client("aoki") as aoki:
        answer = await aoki.post("/calls", json={"to": "117"})
    assert (answer.status_code, answer.json()["code"]) == (503, "controller_away")
    assert "Retry-After" in answer.headers
