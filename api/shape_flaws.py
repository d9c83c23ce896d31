"""What pydantic finds wrong with a request, as flaws: each with its field, its code and a sentence that names what is
allowed; a value that was sent is never repeated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from api.flaws import Flaw, told
from api.schemas.common import ID_PATTERN
from api.schemas.contradictions import AT
from api.texts import codes

SECTION: Final = "shape"
_LIMITS: Final = ("gt", "ge", "lt", "le", "min_length", "max_length")
_QUOTED: Final = re.compile(r"'([^']*)'")
_SAME: Final = {
    "literal_error": "enum", "decimal": "float", "finite": "float", "tuple": "list", "set": "list", "dict": "model",
    "mapping": "model", "time": "datetime", "timezone": "datetime",
}  # fmt: skip
"""What is said of other types in the same words."""


def flaws(found: Iterable[Mapping[str, Any]]) -> tuple[Flaw, ...]:
    """One for each error, in their order."""
    return tuple(map(_flaw, found))


def _flaw(error: Mapping[str, Any]) -> Flaw:
    code, given = str(error["type"]), dict(error.get("ctx", {}))
    field = ".".join((*map(str, error["loc"]), *filter(None, (given.pop(AT, ""),))))
    if code in codes("flaw"):
        return told(field, code, **given)
    return told(field, code, section=SECTION, said=_said(code, given), **_params(given))


def _said(code: str, given: Mapping[str, Any]) -> str:
    """Under which name its sentence stands: its own, that of its type, or the one that says the least."""
    if given.get("pattern") == ID_PATTERN:
        return "id"
    family = code.split("_")[0]
    for name in (code, _SAME.get(code), family, _SAME.get(family)):
        if name in codes(SECTION):
            return str(name)
    return "other"


def _params(given: Mapping[str, Any]) -> dict[str, str]:
    params = {name: value for name, value in given.items() if isinstance(value, str)}
    params["limit"] = "".join(_plain(given[name]) for name in _LIMITS if name in given)
    params["allowed"] = ", ".join(_QUOTED.findall(str(given.get("expected", ""))))
    return params


def _plain(limit: object) -> str:
    return str(int(limit)) if isinstance(limit, float) and limit.is_integer() else str(limit)
