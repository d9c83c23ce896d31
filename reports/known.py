"""Which facts this version knows; the store keeps the others for a version that does."""

from __future__ import annotations

from typing import TypeGuard

from acd.facts import Body
from acd.schema import SCHEMAS
from kernel.fact import Fact


def is_known(fact: Fact[object]) -> TypeGuard[Fact[Body]]:
    """Whether the fact's body is one of `acd.facts.Body`."""
    return type(fact.body) in SCHEMAS
