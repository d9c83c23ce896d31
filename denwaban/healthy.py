"""`denwaban healthy`: ask one process whether it is well, for container engines and other supervisors."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import text

from asterisk.nodes import mine
from bus.client import connect
from denwaban.probes import answers_http, answers_sip
from denwaban.settings import RunSettings
from store.engine import platform_engine, transaction
from store.errors import StoreUnavailable
from store.secret_files import read_secret


async def main(part: str) -> int:
    """0 when the part answers as it should, 1 when it does not, 2 when there is no such part."""
    ask = PARTS.get(part)
    if ask is None:
        return 2
    return 0 if await ask(RunSettings()) else 1


async def _asterisk(settings: RunSettings) -> bool:
    """ARI and SIP both: a living process may be deaf on one of them."""
    settings = mine(settings)
    ping = f"http://127.0.0.1:{settings.ari_port}/ari/asterisk/ping"
    password = read_secret(settings.ari_password_file)
    return await answers_http(ping, settings.ari_user, password) and await answers_sip(
        settings.sip_host, settings.sip_port
    )


async def _controller(settings: RunSettings) -> bool:
    return await answers_http(f"http://127.0.0.1:{settings.controller_port}/ready")


async def _api(settings: RunSettings) -> bool:
    return await answers_http(f"http://{settings.api_host}:{settings.api_port}/health")


async def _worker(settings: RunSettings) -> bool:
    """It has no door of its own: whether it could work is what can be seen from beside it."""
    engine, redis = platform_engine(settings, size=1), connect(settings)
    try:
        async with transaction(engine) as connection:
            await connection.execute(text("SELECT 1"))
        return bool(await redis.ping())
    except (StoreUnavailable, OSError):
        return False
    finally:
        await redis.aclose()
        await engine.dispose()


PARTS: Final[dict[str, Callable[[RunSettings], Awaitable[bool]]]] = {
    "asterisk": _asterisk,
    "controller": _controller,
    "api": _api,
    "worker": _worker,
}
