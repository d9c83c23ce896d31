"""How much of what the contracts allow is used, as floor and configuration tell it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from acd.model import Floor
from api.licences import held
from kernel.ids import ContractId
from store.config import TenantConfig
from store.logins import Login
from store.rule_counts import rules_with_ivr
from tariff.rights.entitlement import IVR, PLACE, SEAT, Entitlement
from tariff.written.rows import Basis

VIEW_ONLY: Final = "view_only"
"""The licence of a person who only looks and does not telephone."""
_NUMBERS: Final = {"number_050": ("+8150",), "number_toll_free": ("+81120", "+81800")}
"""Kinds of numbers of the numbering plan, by how they begin."""


def used(one: Entitlement, floor: Floor, config: TenantConfig, users: Sequence[Login]) -> int | None:
    """How much of the entitlement's kind is used; None when nobody counts it."""
    if one.basis is Basis.NAMED:
        return _persons(one.kind, floor, config, users) if one.licence or one.kind == VIEW_ONLY else None
    if one.licence:
        kind = "" if one.kind == SEAT else one.kind
        return sum(taken == kind for taken in floor.seats.values())
    if one.kind == PLACE:
        return sum(map(len, floor.places.values()))
    if one.kind in _NUMBERS:
        return sum(number.startswith(_NUMBERS[one.kind]) for number in floor.numbers)
    if one.kind == IVR:
        return rules_with_ivr(config)
    return None


def taken(
    given: Sequence[Entitlement], contract: ContractId, floor: Floor, config: TenantConfig, users: Sequence[Login]
) -> dict[str, int]:
    """By row: how many licences of this contract are in use, as far as others of the tenant do not give as many."""
    found: dict[str, int] = {}
    for one in given:
        if one.contract == contract and one.licence and one.limit is not None:
            elsewhere = sum(each.limit or 0 for each in given if each.kind == one.kind and each is not one)
            found[one.row] = max(0, (used(one, floor, config, users) or 0) - elsewhere)
    return found


def _persons(kind: str, floor: Floor, config: TenantConfig, users: Sequence[Login]) -> int:
    """Persons with this licence: by their login or configuration, or because the tenant has no other for them."""
    given = sum(licence == kind for licence in held(config, users).values())
    return max(given, sum(agent.config.licence == kind for agent in floor.agents.values()))
