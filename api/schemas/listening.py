"""How somebody wants to listen to a call."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.common import ID_PATTERN, Wanted


class ListenWanted(Wanted):
    """`agent`: whose phone is rung for it, null: the person's own. `to`: the agent to be heard, null: the first one."""

    agent: Annotated[str, Field(pattern=ID_PATTERN)] | None = None
    to: Annotated[str, Field(pattern=ID_PATTERN)] | None = None
