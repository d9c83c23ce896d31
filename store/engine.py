"""Connections to PostgreSQL by role, and the transactions in which everything happens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import monotonic
from typing import Any, Final, TypeVar

import asyncpg
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from kernel.ids import TenantId
from store.errors import StoreUnavailable
from store.secret_files import read_secret
from store.settings import PLATFORM_ROLE, TENANT_ROLE, StoreSettings

Function = TypeVar("Function", bound=Callable[..., object])

_CONNECT_LIMIT: Final = 5.0
_COMMAND_LIMIT: Final = 10.0
_FRESH: Final = 1.0
"""Seconds after its last use in which a connection that was not closed is taken for alive."""
_AUTOCOMMIT: Final = "AUTOCOMMIT"
_SET_TENANT: Final = text("SELECT set_config('app.tenant', :tenant, true)")
_AWAY = (
    asyncpg.exceptions.CannotConnectNowError,
    asyncpg.exceptions.AdminShutdownError,
    asyncpg.exceptions.CrashShutdownError,
    asyncpg.exceptions.TooManyConnectionsError,
    asyncpg.exceptions.ConnectionDoesNotExistError,
)


def role_url(settings: StoreSettings, role: str, password: str | None) -> URL:
    """The address of the database for one role."""
    return make_url(settings.database_url).set(username=role, password=password)


def _engine(settings: StoreSettings, role: str, password: str, size: int) -> AsyncEngine:
    engine = create_async_engine(
        role_url(settings, role, password),
        pool_size=size,
        max_overflow=size,
        pool_timeout=_CONNECT_LIMIT,
        connect_args={"timeout": _CONNECT_LIMIT, "command_timeout": _COMMAND_LIMIT},
        hide_parameters=True,
    )
    _look_before_use(engine)
    return engine


def _look_before_use(engine: AsyncEngine) -> None:
    """Spares everybody the dead connections of a restart.

    A closed one is seen without asking; one that rested is asked, since an end that never came is not seen. Asking
    each time would be three of the seven questions that a small transaction is made of.
    """
    errors = engine.dialect.loaded_dbapi.Error

    def given_back(_connection: Any, record: Any) -> None:
        record.info["used"] = monotonic()

    def taken(connection: Any, record: Any, _for: Any) -> None:
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError
        if monotonic() - record.info.get("used", monotonic()) < _FRESH:
            return
        try:
            connection.ping()
        except (errors, OSError, TimeoutError) as dead:
            raise InvalidatePoolError from dead

    event.listen(engine.sync_engine, "checkin", given_back)
    event.listen(engine.sync_engine, "checkout", taken)


def platform_engine(settings: StoreSettings, size: int = 5) -> AsyncEngine:
    """Connections of the role that crosses tenants (controller, worker, platform routes)."""
    return _engine(settings, PLATFORM_ROLE, read_secret(settings.database_platform_password_file), size)


def tenant_engine(settings: StoreSettings, size: int = 5) -> AsyncEngine:
    """Connections of the role that row-level security holds to one tenant per transaction (api)."""
    return _engine(settings, TENANT_ROLE, read_secret(settings.database_tenant_password_file), size)


@asynccontextmanager
async def transaction(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """One transaction; raises StoreUnavailable when the database is away."""
    with reaching():
        async with engine.begin() as connection:
            yield connection


@asynccontextmanager
async def tenant_session(engine: AsyncEngine, tenant: TenantId) -> AsyncIterator[AsyncConnection]:
    """One transaction that sees and writes rows of `tenant` only (by row-level security on a tenant engine)."""
    async with transaction(engine) as connection:
        await connection.execute(_SET_TENANT, {"tenant": tenant})
        yield connection


def singly(engine: AsyncEngine) -> AsyncEngine:
    """The engine for `tenant_statement`: each statement is a transaction of its own where the role crosses tenants.

    Begin, tenant and commit would be three of the four words that are said for one statement.
    """
    if engine.url.username != PLATFORM_ROLE:
        return engine
    return engine.execution_options(isolation_level=_AUTOCOMMIT)


@asynccontextmanager
async def tenant_statement(engine: AsyncEngine, tenant: TenantId) -> AsyncIterator[AsyncConnection]:
    """As `tenant_session`, for one statement alone; `engine` as `singly` gave it."""
    if engine.get_execution_options().get("isolation_level") == _AUTOCOMMIT:
        async with transaction(engine) as connection:
            yield connection
    else:
        async with tenant_session(engine, tenant) as connection:
            yield connection


@asynccontextmanager
async def driven(engine: AsyncEngine) -> AsyncIterator[asyncpg.Connection]:
    """A connection as its driver knows it, for what is said several times in each call: SQLAlchemy would cost more than
    the statement. Each statement is a transaction of its own; raises StoreUnavailable when the database is away."""
    with reaching():
        async with engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            try:
                yield driver
            except asyncpg.InterfaceError as error:
                if driver.is_closed():
                    raise ConnectionError("closed meanwhile") from error
                raise


@contextmanager
def reaching() -> Iterator[None]:
    """Turns every way in which the database can be away into StoreUnavailable; other errors pass."""
    try:
        yield
    except (OSError, PoolTimeout, TimeoutError, *_AWAY) as error:
        raise StoreUnavailable(type(error).__name__) from error
    except DBAPIError as error:
        if error.connection_invalidated or isinstance(cause_of(error), (OSError, TimeoutError, *_AWAY)):
            raise StoreUnavailable(type(error).__name__) from error
        raise


def cause_of(error: DBAPIError) -> BaseException:
    """The driver's own exception below what SQLAlchemy made of it."""
    return error.driver_exception


def crosses_tenants(function: Function) -> Function:
    """Marks a function of the platform whose statements mean every tenant; all others must name theirs.

    tests/architecture/test_tenant_filter.py reads the mark.
    """
    return function
