"""Has every announcement of a configuration in its files: spoken, or made of the sound that the tenant has sent."""

from __future__ import annotations

from dataclasses import dataclass

from ivr.prompts import Prompt
from kernel.ids import TenantId
from store.config_parts import PromptText, TenantConfig
from store.errors import CannotSpeak
from store.prompt_files import PromptFiles
from store.sounds import SoundStore


def prompt_of(one: PromptText) -> Prompt:
    """The announcement as `ivr` knows it."""
    return Prompt(one.id, one.text, one.language, one.sound)


@dataclass(frozen=True, slots=True)
class Announcements:
    """The announcements of tenants: what is said in their configurations, and the files that callers hear."""

    files: PromptFiles
    sounds: SoundStore

    async def ensure(self, tenant: TenantId, one: PromptText) -> str:
        """Have the files of one; their name without extension. Raises CannotSpeak."""
        wanted = prompt_of(one)
        if not one.sound or self.files.has(tenant, wanted):
            return await self.files.ensure(tenant, wanted)
        wav = await self.sounds.get(tenant, one.sound)
        if wav is None:
            raise CannotSpeak("its sound is not there")
        return await self.files.ensure(tenant, wanted, wav)

    async def ensure_all(self, config: TenantConfig) -> dict[str, str]:
        """Have the files of every one of a configuration; by id why one could not be made."""
        failed = {}
        for one in config.prompts:
            try:
                await self.ensure(config.tenant, one)
            except CannotSpeak as error:
                failed[str(one.id)] = str(error)
        return failed
