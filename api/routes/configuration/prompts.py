"""The announcements of the tenant's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.ask import IdPath, Me, Uses
from api.configuring import allowed, answered, configuration, find, put, remove
from api.fitness import unfit
from api.identity import Person
from api.permissions import Permission, needs
from api.preconditions import Match, Matching, etag
from api.problems import Problem, ProblemRaised
from api.schemas.common import Listing
from api.schemas.configuration import Prompt, PromptWanted, Written
from api.services import Services
from kernel.ids import PromptId
from store import wav
from store.config_parts import PromptText, TenantConfig, Thing
from store.errors import CannotSpeak

WAV: Final = "audio/wav"
WAVS: Final = frozenset({WAV, "audio/x-wav", "audio/wave", "audio/vnd.wave"})
TAKES_WAV: Final[dict[str, Any]] = {
    "requestBody": {"required": True, "content": {WAV: {"schema": {"type": "string", "format": "binary"}}}}
}
SENTENCES: Final[Mapping[wav.Flaw, str]] = {
    wav.Flaw.NOT_WAV: "this is no WAV file",
    wav.Flaw.NOT_16_BIT_PCM: "its samples have to be 16-bit PCM",
    wav.Flaw.NOT_MONO: "it has to have one channel",
    wav.Flaw.NOT_8_OR_16_KHZ: "it has to have 8,000 or 16,000 samples a second",
    wav.Flaw.CUT_OFF: "it holds less sound than it says",
    wav.Flaw.TOO_SHORT: f"it has to last {wav.SHORTEST} seconds at least",
    wav.Flaw.TOO_LONG: f"it may last {wav.LONGEST:.0f} seconds at most",
    wav.Flaw.SILENT: "there is nothing to be heard in it",
}

router = APIRouter(prefix="/configuration/prompts")


@router.get("", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def list_prompts(me: Me, uses: Uses, request: Request) -> Listing[Prompt]:
    """Every announcement in its newest version."""
    return Listing(items=[_shown(one, request) for one in (await configuration(uses, me.tenant)).prompts])


@router.get("/{prompt}", dependencies=[needs(Permission.SEE_CONFIGURATION)])
async def get_prompt(prompt: IdPath, me: Me, uses: Uses, request: Request, response: Response) -> Prompt:
    """One announcement; its ETag is what a change has to name."""
    found = find(await configuration(uses, me.tenant), "prompts", prompt)
    assert isinstance(found, PromptText)
    response.headers["ETag"] = etag(found.version)
    return _shown(found, request)


@router.put("/{prompt}", dependencies=[needs(Permission.CONFIGURE)])
async def put_prompt(
    prompt: IdPath, wanted: PromptWanted, me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or replace the announcement, and speak it; one that is there needs If-Match.

    Who hears the old one hears it to its end.
    """
    await allowed(uses, me, "prompts", prompt, match)
    return await _put(uses, me, PromptText(PromptId(prompt), 1, wanted.text, wanted.language), match, response)


@router.get("/{prompt}/sound", dependencies=[needs(Permission.SEE_CONFIGURATION)], response_class=Response)
async def get_sound(prompt: IdPath, me: Me, uses: Uses) -> Response:
    """The sound that was sent for the announcement, as it was sent; 404 when it is spoken."""
    found = find(await configuration(uses, me.tenant), "prompts", prompt)
    assert isinstance(found, PromptText)
    sound = await uses.sounds.get(me.tenant, found.sound) if found.sound else None
    if sound is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return Response(sound, media_type=WAV, headers={"Cache-Control": "private, no-store"})


@router.put("/{prompt}/sound", dependencies=[needs(Permission.CONFIGURE)], openapi_extra=TAKES_WAV)
async def put_sound(
    prompt: IdPath, request: Request, me: Me, uses: Uses, match: Matching, response: Response
) -> Written:
    """Create or replace the announcement by a sound: WAV, 16-bit PCM, mono, 8 or 16 kHz, a minute at most.

    One that is there needs If-Match. 413 above 2 MB, 422 with the reason for what cannot be played.
    """
    await allowed(uses, me, "prompts", prompt, match)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in WAVS:
        raise unfit("content-type", "not_wav", "what is sent has to be audio/wav")
    data = await request.body()
    try:
        wav.read(data)
    except wav.Unplayable as error:
        raise unfit("sound", error.flaw, SENTENCES[error.flaw]) from error
    sound = await uses.sounds.put(me.tenant, data)
    return await _put(uses, me, PromptText(PromptId(prompt), 1, "", sound=sound), match, response)


@router.delete("/{prompt}", dependencies=[needs(Permission.CONFIGURE)])
async def delete_prompt(prompt: IdPath, me: Me, uses: Uses, match: Matching, response: Response) -> Written:
    """Remove the announcement once no flow names it."""
    config = await remove(uses, me, "prompts", prompt, match)
    return Written(version=config.version, in_force=await answered(uses, config, response))


async def _put(uses: Services, me: Person, wanted: PromptText, match: Match, response: Response) -> Written:
    """Have its files, then publish it."""
    try:
        await uses.prompts.ensure(me.tenant, wanted)
    except CannotSpeak as error:
        raise unfit(f"prompts.{wanted.id}.{'sound' if wanted.sound else 'text'}", "speech", str(error)) from error

    def make(_config: TenantConfig, _before: Thing | None) -> PromptText:
        return wanted

    config = await put(uses, me, "prompts", wanted.id, match, make)
    there = await answered(uses, config, response, find(config, "prompts", wanted.id))
    return Written(version=config.version, in_force=there)


def _shown(prompt: PromptText, request: Request) -> Prompt:
    sound = request.app.url_path_for("get_sound", prompt=prompt.id) if prompt.sound else None
    return Prompt(id=prompt.id, version=prompt.version, text=prompt.text, language=prompt.language, sound=sound)
