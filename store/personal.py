"""Personal data (telephone numbers, names): sealed, outside the facts, and erasable."""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import delete, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from kernel.errors import ConfigurationError
from kernel.ids import PersonalId, TenantId
from store.engine import singly, tenant_session, tenant_statement
from store.errors import Unreadable
from store.secret_files import read_secret
from store.tables.tenants import personal as table

_NONCE: Final = 12
_KEY: Final = 32
_MARK: Final = 5
"""Bytes of a mark: callers of one hour hardly share one, but of all numbers there are many have the same."""

_PUT: Final = text("""
    INSERT INTO personal (tenant, id, sealed)
    SELECT cast(:tenant AS text), * FROM unnest(cast(:ids AS text[]), cast(:sealed AS bytea[]))
    ON CONFLICT (tenant, id) DO UPDATE SET sealed = excluded.sealed
""")


@dataclass(frozen=True, slots=True)
class PersonalText:
    """One piece of personal data and the id that facts use for it."""

    id: PersonalId
    text: str = field(repr=False)


class Sealer:
    """AES-256-GCM under one key; what is sealed for one tenant and id opens for no other."""

    def __init__(self, key: bytes) -> None:
        """`key`: 32 bytes."""
        if len(key) != _KEY:
            raise ConfigurationError("the key of personal data must be 32 bytes")
        self._cipher = AESGCM(key)
        self._marking = blake2b(b"mark", key=key, digest_size=_KEY).digest()

    @classmethod
    def from_file(cls, path: Path) -> Sealer:
        """The sealer of a key file as `store.migrate` makes it: 32 bytes in URL-safe base 64."""
        secret = read_secret(path)
        try:
            return cls(urlsafe_b64decode(secret + "=" * (-len(secret) % 4)))
        except ValueError as error:
            raise ConfigurationError(f"the key file {path} is not base 64") from error

    def seal(self, tenant: TenantId, personal_id: str, text: str) -> bytes:
        """The text for the database: a nonce, then the ciphertext with its tag."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, text.encode(), _place(tenant, personal_id))

    def reveal(self, tenant: TenantId, personal_id: str, sealed: bytes) -> str:
        """The text again. Raises Unreadable for another key, another tenant, another id, or changed bytes."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(tenant, personal_id)).decode()
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"personal data {personal_id} cannot be opened") from error

    def mark(self, tenant: TenantId, text: str) -> str:
        """The same for the same text of the same tenant, and of no use to find the text: with few digits, of a key."""
        digest = blake2b(_place(tenant, text), key=self._marking, digest_size=_MARK)
        return digest.hexdigest()


def _place(tenant: TenantId, personal_id: str) -> bytes:
    return f"{len(tenant)}:{tenant}:{personal_id}".encode()


class PersonalStore:
    """Personal data by tenant and id."""

    def __init__(self, engine: AsyncEngine, sealer: Sealer) -> None:
        self._engine = engine
        self._single = singly(engine)
        self._sealer = sealer

    def mark(self, tenant: TenantId, text: str) -> str:
        """As `Sealer.mark`."""
        return self._sealer.mark(tenant, text)

    async def put_many(self, tenant: TenantId, texts: Sequence[PersonalText]) -> None:
        """Keeps each text under its id; the later one stays."""
        await self.put_sealed(tenant, {item.id: self._sealer.seal(tenant, item.id, item.text) for item in texts})

    async def put_sealed(self, tenant: TenantId, rows: Mapping[PersonalId, bytes]) -> None:
        """The same for what `Sealer.seal` has sealed already."""
        if not rows:
            return
        keys = sorted(rows)
        values = {"tenant": tenant, "ids": keys, "sealed": [rows[key] for key in keys]}
        async with tenant_statement(self._single, tenant) as connection:
            await connection.execute(_PUT, values)

    async def get(self, tenant: TenantId, personal_id: PersonalId) -> str | None:
        """The text, or None when it was erased or never there."""
        return (await self.get_many(tenant, [personal_id])).get(personal_id)

    async def get_many(self, tenant: TenantId, ids: Iterable[PersonalId]) -> Mapping[PersonalId, str]:
        """The texts that are still there, by id."""
        query = select(table.c.id, table.c.sealed).where(table.c.tenant == tenant, table.c.id.in_(list(ids)))
        async with tenant_statement(self._single, tenant) as connection:
            rows = (await connection.execute(query)).all()
        return {PersonalId(row.id): self._sealer.reveal(tenant, row.id, row.sealed) for row in rows}

    async def erase(self, tenant: TenantId, ids: Iterable[PersonalId]) -> int:
        """Removes the texts for good; how many there were."""
        gone = delete(table).where(table.c.tenant == tenant, table.c.id.in_(list(ids)))
        async with tenant_session(self._engine, tenant) as connection:
            return (await connection.execute(gone)).rowcount
