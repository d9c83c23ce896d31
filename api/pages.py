"""The page of the phone in an agent's browser: three files, and headers that let it do nothing else."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse, Response

from api.ask import Uses

FILES: Final = {
    "phone.html": "text/html; charset=utf-8",
    "phone.css": "text/css; charset=utf-8",
    "built/phone.js": "text/javascript; charset=utf-8",
}
HEADERS: Final = {
    # Nothing inline, nothing from elsewhere; it talks to this server only (its WebSockets are of the same origin).
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
NOT_BUILT: Final = "The page has not been built: `make run` does it where npm is installed.\n"

router = APIRouter(prefix="/phone", include_in_schema=False)


@router.get("")
def page(uses: Uses) -> Response:
    """The page itself."""
    return _file(uses, "phone.html")


@router.get("/phone.css")
def style(uses: Uses) -> Response:
    """How it looks."""
    return _file(uses, "phone.css")


@router.get("/phone.js")
def script(uses: Uses) -> Response:
    """What it does, JsSIP included; built from web/ by the set-up."""
    return _file(uses, "built/phone.js")


def _file(uses: Uses, name: str) -> Response:
    path = uses.phones.web_dir / name
    if not path.is_file():
        return PlainTextResponse(NOT_BUILT, 503)
    return FileResponse(path, media_type=FILES[name], headers=HEADERS)
