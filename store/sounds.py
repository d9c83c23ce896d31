"""The sounds that tenants have sent for their announcements, kept whole: their files can be made of them again."""

from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.ids import TenantId
from store.engine import tenant_session
from store.tables.audit import prompt_sounds as table


class SoundStore:
    """The sounds of each tenant by their content; an older configuration may name any of them again."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def put(self, tenant: TenantId, wav: bytes) -> str:
        """Keeps a sound; its name, the same for the same bytes."""
        sound = hashlib.blake2b(wav, digest_size=16).hexdigest()
        statement = insert(table).values(tenant=tenant, sound=sound, wav=wav).on_conflict_do_nothing()
        async with tenant_session(self._engine, tenant) as connection:
            await connection.execute(statement)
        return sound

    async def get(self, tenant: TenantId, sound: str) -> bytes | None:
        """The WAV file of this name, or None."""
        query = select(table.c.wav).where(table.c.tenant == tenant, table.c.sound == sound)
        async with tenant_session(self._engine, tenant) as connection:
            found = (await connection.execute(query)).scalar()
        return None if found is None else bytes(found)
