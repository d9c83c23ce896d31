"""The recordings, their sound, and the tombstones of those that are gone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from starlette.responses import StreamingResponse

from api.ask import IdPath, Me, Uses
from api.paging import Cursor, Limit, page
from api.permissions import Permission, needs
from api.problems import Problem, ProblemRaised
from api.ranges import Span, Unsatisfiable, span
from api.schemas.common import Page
from api.schemas.recording import DeletionReason, Recording
from api.services import Services
from kernel.ids import RecordingId, TenantId
from store.record_rows import RecordingRow, RecordingState

router = APIRouter(prefix="/recordings", tags=["recordings"])

_GONE: Final = {
    RecordingState.EXPIRED: Problem.RECORDING_EXPIRED,
    RecordingState.DELETED: Problem.RECORDING_DELETED,
}


@router.get("", dependencies=[needs(Permission.HEAR_RECORDINGS)])
async def list_recordings(
    me: Me,
    uses: Uses,
    request: Request,
    response: Response,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[RecordingState | None, Query()] = None,
) -> Page[Recording]:
    """The recordings, the newest first: of one state, or all whose time is not over and that nobody has deleted."""
    found = await page(uses.records.list_recordings(me.tenant, limit, cursor, state), request, response)
    now = uses.clock()
    return Page(items=[_shown(row, request, now) for row in found.rows], next_cursor=found.next_cursor)


@router.get("/{recording}", dependencies=[needs(Permission.HEAR_RECORDINGS)])
async def get_recording(recording: IdPath, me: Me, uses: Uses, request: Request) -> Recording:
    """One recording, without its sound; of one that is gone, when, by whom and why."""
    return _shown(await _known(uses, me.tenant, recording), request, uses.clock())


@router.delete("/{recording}", status_code=204, dependencies=[needs(Permission.DELETE_RECORDINGS)])
async def delete_recording(
    recording: IdPath, me: Me, uses: Uses, reason: Annotated[DeletionReason, Query()] = DeletionReason.OTHER
) -> None:
    """An admin deletes the recording at once and for good; a tombstone with his login and the reason stays."""
    row = await _known(uses, me.tenant, recording)
    if (gone := _GONE.get(row.state_at(uses.clock()))) is not None:
        raise ProblemRaised(gone)
    await uses.keeping.delete(me.tenant, row.recording, me.login, reason)


@router.api_route("/{recording}/audio", methods=["GET", "HEAD"], dependencies=[needs(Permission.HEAR_RECORDINGS)])
async def get_audio(recording: IdPath, me: Me, uses: Uses, request: Request) -> Response:
    """The sound as audio/wav, whole or the bytes that the Range header asks for."""
    row = await _known(uses, me.tenant, recording)
    if (gone := _GONE.get(row.state_at(uses.clock()))) is not None:
        raise ProblemRaised(gone)
    size = await uses.media.size(row.path) if row.path is not None else None
    if row.path is None or size is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    try:
        part = span(request.headers.get("range"), size)
    except Unsatisfiable as error:
        raise ProblemRaised(Problem.RANGE_NOT_SATISFIABLE, {"Content-Range": f"bytes */{size}"}) from error
    headers = _headers(part, size, row)
    status = 206 if part is not None else 200
    if request.method == "HEAD":
        return Response(None, status, headers, "audio/wav")
    whole = part or Span(0, size - 1)
    pieces = uses.media.read(row.path, whole.first, whole.length)
    return StreamingResponse(pieces, status, headers, "audio/wav")


def _headers(part: Span | None, size: int, row: RecordingRow) -> dict[str, str]:
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Length": str(size if part is None else part.length),
        "Content-Disposition": f'inline; filename="{row.recording}.wav"',
        "ETag": f'"{row.sha256}"',
    }
    if part is not None:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    return headers


async def _known(uses: Services, tenant: TenantId, recording: str) -> RecordingRow:
    row = await uses.records.recording(tenant, RecordingId(recording))
    if row is None:
        raise ProblemRaised(Problem.NOT_FOUND)
    return row


def _shown(row: RecordingRow, request: Request, now: datetime) -> Recording:
    """The path of the file stays inside; people get the address of its sound, as long as there is any."""
    state = row.state_at(now)
    there = row.path is not None and state not in _GONE
    address = request.app.url_path_for("get_audio", recording=row.recording) if there else None
    return Recording.model_validate(row).model_copy(update={"audio": address, "state": state})
