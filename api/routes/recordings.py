"""The recordings, and their sound."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from api.ask import IdPath, Me, Uses
from api.paging import Cursor, Limit, page
from api.problems import Problem, ProblemRaised
from api.ranges import Span, Unsatisfiable, span
from api.schemas.common import Page
from api.schemas.recording import Recording
from api.services import Services
from kernel.ids import RecordingId, TenantId
from store.record_rows import RecordingRow

router = APIRouter(prefix="/recordings", tags=["recordings"])


@router.get("")
async def list_recordings(
    me: Me, uses: Uses, request: Request, response: Response, limit: Limit = 50, cursor: Cursor = None
) -> Page[Recording]:
    """The recordings, the newest first."""
    found = await page(uses.records.list_recordings(me.tenant, limit, cursor), request, response)
    return Page(items=[_shown(row, request) for row in found.rows], next_cursor=found.next_cursor)


@router.get("/{recording}")
async def get_recording(recording: IdPath, me: Me, uses: Uses, request: Request) -> Recording:
    """One recording, without its sound."""
    return _shown(await _known(uses, me.tenant, recording), request)


@router.api_route("/{recording}/audio", methods=["GET", "HEAD"])
async def get_audio(recording: IdPath, me: Me, uses: Uses, request: Request) -> Response:
    """The sound as audio/wav, whole or the bytes that the Range header asks for."""
    row = await _known(uses, me.tenant, recording)
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


def _shown(row: RecordingRow, request: Request) -> Recording:
    """The path of the file stays inside; people get the address of its sound."""
    address = request.app.url_path_for("get_audio", recording=row.recording) if row.path is not None else None
    return Recording.model_validate(row).model_copy(update={"audio": address})
