"""The announcements of the tenant's own."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.ask import IdPath, Me, Uses
from api.configuring import allowed, answered, configuration, find, put, remove
from api.fitness import unfit
from api.permissions import Permission, needs
from api.preconditions import Matching, etag
from api.schemas.common import Listing
from api.schemas.configuration import Prompt, PromptWanted, Written
from ivr.prompts import Prompt as Spoken
from kernel.ids import PromptId
from store.config_parts import PromptText, TenantConfig, Thing
from store.errors import CannotSpeak

router = APIRouter(prefix="/configuration/prompts")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_prompts(me: Me, uses: Uses) -> Listing[Prompt]:
    """Every announcement in its newest version."""
    return Listing(items=[_shown(one) for one in (await configuration(uses, me.tenant)).prompts])


@router.get("/{prompt}", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_prompt(prompt: IdPath, me: Me, uses: Uses, response: Response) -> Prompt:
    """One announcement; its ETag is what a change has to name."""
    found = find(await configuration(uses, me.tenant), "prompts", prompt)
    assert isinstance(found, PromptText)
    response.headers["ETag"] = etag(found.version)
    return _shown(found)


@router.put("/{prompt}", dependencies=[needs(Permission.CONFIGURE)])
async def put_prompt(
    prompt: IdPath, wanted: PromptWanted, me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or replace the announcement, and speak it; one that is there needs If-Match.

    Who hears the old one hears it to its end.
    """
    await allowed(uses, me, "prompts", prompt, match)
    try:
        await uses.prompts.ensure(me.tenant, Spoken(PromptId(prompt), wanted.text, wanted.language))
    except CannotSpeak as error:
        raise unfit(f"prompts.{prompt}.text", "speech", str(error)) from error

    def make(_config: TenantConfig, _before: Thing | None) -> PromptText:
        return PromptText(PromptId(prompt), 1, wanted.text, wanted.language)

    config = await put(uses, me, "prompts", prompt, match, make)
    there = await answered(uses, config, response, find(config, "prompts", prompt))
    return Written(version=config.version, in_force=there)


@router.delete("/{prompt}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_prompt(prompt: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Remove the announcement once no flow names it."""
    config = await remove(uses, me, "prompts", prompt, match)
    return Written(version=config.version, in_force=await answered(uses, config, response))


def _shown(prompt: PromptText) -> Prompt:
    return Prompt.model_validate(prompt)
