"""The trunks of the platform: by which addresses or registration carriers are reached, and how they speak."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal

import asyncpg
import orjson
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import Text, cast, delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from kernel.ids import TrunkName
from store.audit import Action, Author, note
from store.config import USE_CONFIG
from store.engine import cause_of, crosses_tenants, transaction
from store.errors import InUse, NameTaken, Unreadable
from store.jobs import NewJob, add_job
from store.personal import Sealer
from store.tables.trunks import trunk_addresses, trunks
from store.tenants import PLATFORM

CODECS: Final[tuple[Literal["ulaw", "alaw"], ...]] = ("ulaw", "alaw")
"""What every carrier in Japan speaks."""


class CallerHeader(StrEnum):
    """Where a carrier reads the number of who calls."""

    FROM = "from"
    """In From; a withheld number makes it anonymous."""
    ASSERTED = "p_asserted_identity"
    """In P-Asserted-Identity (RFC 3325), also of withheld numbers, which `Privacy: id` then hides from the called."""


@dataclass(frozen=True, slots=True)
class TrunkLogin:
    """How we register at a carrier: `server` is host or host:port."""

    server: str
    username: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TrunkConfig:
    """One trunk. `addresses`: the IP addresses or networks its calls come from, no other trunk's.

    `contact`: the SIP URI for calls out and the look whether it lives; None: at the server it is registered with, or,
    without registration, it only takes calls. `order`: its place when nothing else says which trunk is tried first.
    `channels`: calls in and out that it carries at once, None: not limited; one more out goes over another trunk.
    `version` grows with each change, and no two trunks ever have the same.
    """

    name: TrunkName
    addresses: tuple[str, ...] = ()
    contact: str | None = None
    registration: TrunkLogin | None = None
    codecs: tuple[str, ...] = CODECS
    caller_header: CallerHeader = CallerHeader.FROM
    order: int = 0
    version: int = 0
    channels: int | None = None


class TrunkStore:
    """All trunks; needs a platform engine. A registration's secret is sealed where it lies."""

    def __init__(self, engine: AsyncEngine, sealer: Sealer) -> None:
        self._engine = engine
        self._sealer = sealer

    async def all(self) -> tuple[TrunkConfig, ...]:
        """Every trunk, by order and name."""
        async with transaction(self._engine) as connection:
            rows = (await connection.execute(select(trunks.c.version, cast(trunks.c.document, Text)))).all()
        found = (self._open(version, document) for version, document in rows)
        return tuple(sorted(found, key=lambda trunk: (trunk.order, trunk.name)))

    async def get(self, name: TrunkName) -> TrunkConfig | None:
        """The trunk, or None."""
        async with transaction(self._engine) as connection:
            return await self._get(connection, name)

    async def put(self, trunk: TrunkConfig, by: Author, over: int | None = None) -> TrunkConfig | None:
        """Adds the trunk or takes the place of the one of its name, and returns it with its version.

        `over`: the version it is meant to follow (0: there is none yet); None is returned when it is another. What is
        the same as before keeps its version. A job of kind `use_config` of the platform is added in the same
        transaction. Raises NameTaken when an address is another trunk's.
        """
        async with transaction(self._engine) as connection:
            await connection.execute(text("LOCK TABLE trunks IN SHARE ROW EXCLUSIVE MODE"))
            before = await self._get(connection, trunk.name)
            version = 0 if before is None else before.version
            if over is not None and over != version:
                return None
            if before is not None and replace(trunk, version=version) == before:
                return before
            put = replace(trunk, version=await _next_version(connection))
            await self._write(connection, put)
            await _tell(connection, f"trunk:{trunk.name}:{put.version}")
            await note(connection, PLATFORM, by, Action.TRUNK_PUT, put.name, put.version, _changed(before, put))
            return put

    async def remove(self, name: TrunkName, by: Author, over: int | None = None) -> bool | None:
        """Removes the trunk; False: there was none, None: it is of another version than `over`.

        Raises InUse with the lines (tenant/line) that still run over it.
        """
        async with transaction(self._engine) as connection:
            await connection.execute(text("LOCK TABLE trunks IN SHARE ROW EXCLUSIVE MODE"))
            before = await self._get(connection, name)
            if before is None:
                return False
            if over is not None and over != before.version:
                return None
            lines = await _lines_over(connection, name)
            if lines:
                raise InUse(lines)
            await connection.execute(delete(trunks).where(trunks.c.name == name))
            await _tell(connection, f"trunk:{name}:{before.version}:removed")
            await note(connection, PLATFORM, by, Action.TRUNK_REMOVED, name, before.version)
            return True

    async def _get(self, connection: AsyncConnection, name: TrunkName) -> TrunkConfig | None:
        query = select(trunks.c.version, cast(trunks.c.document, Text)).where(trunks.c.name == name)
        row = (await connection.execute(query)).first()
        return None if row is None else self._open(*row)

    async def _write(self, connection: AsyncConnection, trunk: TrunkConfig) -> None:
        document = text("cast(:document AS jsonb)").bindparams(document=self._seal(trunk))
        statement = insert(trunks).values(name=trunk.name, version=trunk.version, document=document)
        written = {"version": statement.excluded.version, "document": statement.excluded.document}
        await connection.execute(statement.on_conflict_do_update(index_elements=[trunks.c.name], set_=written))
        await connection.execute(delete(trunk_addresses).where(trunk_addresses.c.trunk == trunk.name))
        await _claim(connection, trunk.name, trunk.addresses)

    def _seal(self, trunk: TrunkConfig) -> str:
        login = trunk.registration
        if login is not None:
            sealed = b64encode(self._sealer.seal(PLATFORM, _place(trunk.name), login.secret)).decode()
            trunk = replace(trunk, registration=replace(login, secret=sealed))
        return orjson.dumps(trunk).decode()

    def _open(self, version: int, document: str) -> TrunkConfig:
        try:
            trunk: TrunkConfig = _adapter().validate_json(document)
        except ValidationError as error:
            raise Unreadable(f"a trunk does not fit: {error.error_count()} fields") from None
        login = trunk.registration
        if login is not None:
            secret = self._sealer.reveal(PLATFORM, _place(trunk.name), b64decode(login.secret))
            trunk = replace(trunk, registration=replace(login, secret=secret))
        return replace(trunk, version=version)


async def _claim(connection: AsyncConnection, trunk: TrunkName, addresses: Sequence[str]) -> None:
    if not addresses:
        return
    rows = [{"trunk": trunk, "address": address} for address in addresses]
    try:
        await connection.execute(insert(trunk_addresses), rows)
    except DBAPIError as error:
        if isinstance(cause_of(error), asyncpg.ExclusionViolationError):
            raise NameTaken(f"an address of trunk {trunk} is another's, or there twice") from None
        raise


@crosses_tenants
async def _lines_over(connection: AsyncConnection, name: TrunkName) -> tuple[str, ...]:
    """The lines of every tenant's newest configuration that name the trunk."""
    newest = text("""
        SELECT tenant || '/' || (line ->> 'id')
          FROM (
              SELECT DISTINCT ON (tenant) tenant, document FROM configurations ORDER BY tenant, version DESC
          ) AS newest
         CROSS JOIN jsonb_array_elements(document -> 'lines') AS line
         WHERE line -> 'trunks' @> to_jsonb(cast(:name AS text))
         ORDER BY 1
    """)
    return tuple((await connection.execute(newest, {"name": name})).scalars())


async def _next_version(connection: AsyncConnection) -> int:
    return int((await connection.execute(text("SELECT nextval('trunk_versions')"))).scalar_one())


async def _tell(connection: AsyncConnection, key: str) -> None:
    """Lets a worker tell the controller until it has the trunks as they are now."""
    await add_job(connection, NewJob(PLATFORM, USE_CONFIG, key))


def _changed(before: TrunkConfig | None, after: TrunkConfig) -> tuple[str, ...]:
    """The names of the fields that differ; none of a new trunk."""
    if before is None:
        return ()
    names = (one.name for one in fields(TrunkConfig) if one.name != "version")
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))


def _place(name: TrunkName) -> str:
    return f"trunk:{name}"


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(TrunkConfig)
