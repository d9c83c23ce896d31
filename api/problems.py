"""Every answer that is not a success, as application/problem+json (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

import orjson
from starlette.responses import Response

from api.texts import sentence
from kernel.refusal import Refused

MEDIA_TYPE = "application/problem+json"


class Problem(Enum):
    """What can be wrong with a request, or broken, with the HTTP status of each; the sentences stand in the texts."""

    BAD_LOGIN = ("bad_login", 401)
    UNAUTHORIZED = ("unauthorized", 401)
    FORBIDDEN = ("forbidden", 403)
    AGENT_NOT_NAMED = ("agent_not_named", 403)
    NOT_FOUND = ("not_found", 404)
    METHOD_NOT_ALLOWED = ("method_not_allowed", 405)
    RECORDING_EXPIRED = ("recording_expired", 410)
    RECORDING_DELETED = ("recording_deleted", 410)
    CHANGED_MEANWHILE = ("changed_meanwhile", 412)
    TOO_LARGE = ("too_large", 413)
    RANGE_NOT_SATISFIABLE = ("range_not_satisfiable", 416)
    BAD_REQUEST = ("bad_request", 422)
    DOES_NOT_FIT = ("does_not_fit", 422)
    PRECONDITION_REQUIRED = ("precondition_required", 428)
    TOO_MANY_ATTEMPTS = ("too_many_attempts", 429)
    INTERNAL = ("internal", 500)
    CONTROLLER_AWAY = ("controller_away", 503)
    HISTORY_TOO_LONG = ("history_too_long", 503)
    STORE_AWAY = ("store_away", 503)

    @property
    def code(self) -> str:
        return self.value[0]

    @property
    def status(self) -> int:
        return self.value[1]


class ProblemRaised(Exception):
    """Ends the handling of one request with this problem; only routes and their dependencies raise it."""

    def __init__(
        self, problem: Problem, headers: Mapping[str, str] | None = None, errors: tuple[Mapping[str, Any], ...] = ()
    ) -> None:
        super().__init__(problem.code)
        self.problem = problem
        self.headers = dict(headers or {})
        self.errors = errors


class RefusalRaised(Exception):
    """Ends the handling of one request with a rule's no; `status` is 422 where a change would not fit the contract."""

    def __init__(self, refused: Refused, status: int = 409) -> None:
        super().__init__(refused.code)
        self.refused = refused
        self.status = status


def answer(
    problem: Problem, headers: Mapping[str, str] | None = None, errors: tuple[Mapping[str, Any], ...] = ()
) -> Response:
    """The response of a problem; `errors` names the fields that are wrong, never with the values that were sent."""
    body = _body(problem.code, problem.status, "problem")
    if errors:
        body["errors"] = errors
    return _response(problem.status, body, headers)


def refusal(refused: Refused, status: int = 409) -> Response:
    """The response of a rule that said no, with its clause and its count."""
    params = dict(refused.params)
    params.update({name: str(n) for name, n in (("used", refused.used), ("limit", refused.limit)) if n is not None})
    body = _body(refused.code, status, "refusal", params)
    body.update(clause=refused.clause, used=refused.used, limit=refused.limit, params=dict(refused.params))
    return _response(status, body)


def _body(code: str, status: int, section: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
    words = sentence(section, code, params)
    return {
        "type": f"urn:denwaban:{section}:{code}",
        "title": words.en,
        "status": status,
        "code": code,
        "sentence": {"ja": words.ja, "en": words.en},
        "clause": "",
        "used": None,
        "limit": None,
    }


def _response(status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(body), status, dict(headers or {}), MEDIA_TYPE)
