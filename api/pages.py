"""The pages for browsers, the phone and the supervisors': their files, and headers that let them do nothing else."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from fastapi.responses import FileResponse, PlainTextResponse, Response

from api.ask import Uses

KINDS: Final = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
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
NO_MICROPHONE: Final = {**HEADERS, "Permissions-Policy": "microphone=(), camera=(), geolocation=()"}
NOT_BUILT: Final = "The page has not been built: `make run` does it where npm is installed.\n"

router = APIRouter(include_in_schema=False)


@router.get("/phone")
def phone(uses: Uses) -> Response:
    """The page of an agent's phone."""
    return _file(uses, "phone.html")


@router.get("/phone/phone.css")
def style(uses: Uses) -> Response:
    """How it looks, and what all pages have of that."""
    return _file(uses, "phone.css")


@router.get("/phone/phone.js")
def script(uses: Uses) -> Response:
    """What it does, JsSIP included; built from web/ by the set-up."""
    return _file(uses, "built/phone.js")


@router.get("/supervisor")
def supervisor(uses: Uses) -> Response:
    """What supervisors see; it holds nothing of anybody before he has logged in."""
    return _file(uses, "supervisor.html", NO_MICROPHONE)


@router.get("/supervisor/supervisor.css")
def supervisor_style(uses: Uses) -> Response:
    """How it looks beside phone.css."""
    return _file(uses, "supervisor.css")


@router.get("/supervisor/supervisor.js")
def supervisor_script(uses: Uses) -> Response:
    """What it does; built like the other."""
    return _file(uses, "built/supervisor.js")


def _file(uses: Uses, name: str, headers: dict[str, str] = HEADERS) -> Response:
    path = uses.phones.web_dir / name
    if not path.is_file():
        return PlainTextResponse(NOT_BUILT, 503)
    return FileResponse(path, media_type=KINDS[name.rpartition(".")[2]], headers=headers)
