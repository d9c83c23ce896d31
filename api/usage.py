"""How much of what the contracts allow is used, as floor and configuration tell it."""

from __future__ import annotations

from acd.model import Floor
from ivr import document
from ivr.flow import Menu
from store.config import TenantConfig
from tariff.entitlement import IVR, PLACE, SEAT, Entitlement
from tariff.rows import Basis

_NUMBERS = {"number_050": ("+8150",), "number_toll_free": ("+81120", "+81800")}
"""Kinds of numbers of the numbering plan, by how they begin."""


def used(one: Entitlement, floor: Floor, config: TenantConfig | None) -> int | None:
    """How much of the entitlement's kind is used; None when nobody counts it."""
    if one.licence and one.basis is Basis.NAMED:
        return sum(agent.config.licence == one.kind for agent in floor.agents.values())
    if one.licence:
        kind = "" if one.kind == SEAT else one.kind
        return sum(taken == kind for taken in floor.seats.values())
    if one.kind == PLACE:
        return sum(map(len, floor.places.values()))
    if one.kind in _NUMBERS:
        return sum(number.startswith(_NUMBERS[one.kind]) for number in floor.numbers)
    if one.kind == IVR and config is not None:
        return rules_with_ivr(config)
    return None


def rules_with_ivr(config: TenantConfig) -> int:
    """The flows that ask for a key and that some number leads to."""
    led_to = {number.flow for number in config.numbers}
    flows = (document.read(flow.id, flow.version, flow.document) for flow in config.flows if flow.id in led_to)
    return sum(any(isinstance(step, Menu) for step in flow.steps.values()) for flow in flows)
