"""What a tenant sets up beyond his contract where the tariff does not refuse it but bills it."""

from __future__ import annotations

from typing import Final

from api.identity import Person
from api.schemas.configuration import Sentence, Warned
from api.services import Services
from api.texts import sentence
from store.config import TenantConfig
from store.rule_counts import rules_with_ivr

EXCESS_BILLED: Final = "excess_billed"


async def warnings(uses: Services, me: Person, config: TenantConfig) -> list[Warned]:
    """What to tell whoever has just published this configuration."""
    bought = (await uses.contracts.entitled(me.tenant, uses.clock())).ivr
    used = rules_with_ivr(config)
    if bought is None or used <= bought.limit:
        return []
    excess = used - bought.limit
    counted = {"used": str(used), "limit": str(bought.limit), "excess": str(excess)}
    words = sentence("warning", EXCESS_BILLED, counted)
    return [
        Warned(
            code=EXCESS_BILLED,
            clause=bought.clause,
            used=used,
            limit=bought.limit,
            excess=excess,
            sentence=Sentence(ja=words.ja, en=words.en),
        )
    ]
