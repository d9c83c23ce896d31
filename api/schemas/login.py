"""Logging in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.common import Moment, Shape, Wanted


class LoginWanted(Wanted):
    """Who wants in; the password is checked, never kept and never written to a log."""

    tenant: Annotated[str, Field(min_length=1, max_length=64)]
    login: Annotated[str, Field(min_length=1, max_length=128)]
    password: Annotated[str, Field(min_length=1, max_length=1000, repr=False)]


class Token(Shape):
    """The token to send as `Authorization: Bearer …` until `ends`; `agent` is the person's own agent, if he is one."""

    token: str
    ends: Moment
    role: str
    agent: str | None
