"""`denwaban seed`: bring the tenants of a seed file into the database and write var/demo.json.

Whatever somebody has changed over the API since a seed last said so stays as it is.

Passwords and SIP secrets are random and made once. The database keeps proofs and sealed secrets, var/demo.json the
words themselves: it is written last, so whatever stands in it has been taken.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from asterisk.nodes import nodes
from denwaban import demo_file, prompts, seed_file
from denwaban.demo_file import DemoFile
from denwaban.seeder import Seeder
from denwaban.settings import RunSettings
from ivr.prompts import Prompt
from kernel.errors import ConfigurationError
from kernel.ids import PromptId, TenantId, TrunkName
from store.announcements import Announcements
from store.config import ConfigStore
from store.contracts import ContractStore
from store.engine import platform_engine
from store.errors import CannotSpeak
from store.logins import LoginStore
from store.personal import Sealer
from store.prompt_files import PromptFiles
from store.seeds import SeedStore
from store.sounds import SoundStore
from store.tenants import TenantStore
from store.trunks import TrunkConfig, TrunkStore


class SeedSettings(RunSettings):
    """Settings of `denwaban seed`, read from DENWABAN_*."""

    seed_file: Path = seed_file.DEMO
    """The TOML file with the tenants to have; denwaban/demo.toml shows all it may say."""


async def main(file: Path | None = None) -> int:
    """Seed from `file`, or from the file that DENWABAN_SEED_FILE names, or the demo; the exit code."""
    try:
        settings = SeedSettings()
        for line in await seed(settings, seed_file.read(file or settings.seed_file)):
            print(line)
    except ConfigurationError as error:
        print(f"denwaban cannot seed: {error}", file=sys.stderr)
        return 1
    return 0


async def seed(settings: SeedSettings, wanted: seed_file.Seed) -> list[str]:
    """Bring `wanted` about; what was changed, one line each. Raises ConfigurationError and the errors of the store."""
    path = settings.var / demo_file.NAME
    known = demo_file.read(path)
    await asyncio.to_thread(prompts.ensure, settings.prompts_dir)
    await _speak(PromptFiles(settings.prompts_dir), wanted)
    engine = platform_engine(settings)
    try:
        sealer = Sealer.from_file(settings.personal_key_file)
        seeder = Seeder(
            TenantStore(engine),
            ContractStore(engine),
            ConfigStore(engine, sealer),
            LoginStore(engine),
            TrunkStore(engine, sealer),
            SeedStore(engine),
        )
        carrier = TrunkConfig(TrunkName(wanted.carrier.name), (wanted.carrier.address,))
        platform = await seeder.platform(wanted.platform.login, carrier, known)
        tenants = [await seeder.tenant(tenant, known) for tenant in wanted.tenants]
        announcements = Announcements(PromptFiles(settings.prompts_dir), SoundStore(engine))
        for config in await ConfigStore(engine, sealer).load_all():
            for prompt, why in (await announcements.ensure_all(config)).items():
                seeder.changes.append(f"prompt {prompt} of {config.tenant} cannot be made: {why}")
    finally:
        await engine.dispose()
    named = {tenant.id for tenant in tenants}
    others = () if known is None else tuple(tenant for tenant in known.tenants if tenant.id not in named)
    # The first node is the one that people without a plan call and register at.
    first = nodes(settings)[0]
    demo = DemoFile(
        api=f"http://{settings.api_host}:{settings.api_port}/api/v1",
        sip=demo_file.Place(host=first.sip_host, port=first.sip_port),
        carrier=demo_file.Carrier(
            address=wanted.carrier.address,
            sends_to=demo_file.Place(host=first.sip_host, port=first.sip_port),
        ),
        platform=platform,
        tenants=(*tenants, *others),
    )
    written = [f"{path} written"] if demo_file.write(path, demo) else []
    return [*seeder.changes, *written]


async def _speak(files: PromptFiles, wanted: seed_file.Seed) -> None:
    """Have the tenants' own announcements."""
    for tenant in wanted.tenants:
        for prompt in tenant.prompts:
            said = Prompt(PromptId(prompt.id), prompt.text, prompt.language)
            try:
                await files.ensure(TenantId(tenant.id), said)
            except CannotSpeak as error:
                raise ConfigurationError(f"tenant {tenant.id}, prompt {prompt.id}: {error}") from error


if __name__ == "__main__":
    sys.exit(asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)))
