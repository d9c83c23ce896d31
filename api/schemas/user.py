"""A user: a person of the tenant who may log in."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from api.schemas.common import ID_PATTERN, Shape, Wanted

LOGIN_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$"

LoginName = Annotated[str, Field(pattern=LOGIN_PATTERN)]
Password = Annotated[str, Field(min_length=10, max_length=1000)]
TenantRole = Literal["admin", "supervisor", "agent"]
AgentName = Annotated[str, Field(pattern=ID_PATTERN)]
LicenceKind = Annotated[str, Field(pattern=r"^[a-z0-9_]{0,64}$")]


class User(Shape):
    """A user; `agent` is whom he works as, `licence` the kind of licence given to him by name."""

    login: str
    role: str
    agent: str | None
    licence: str


class NewUser(User):
    """A user who was just created; `password` is there when it was made for him, and is told once."""

    password: str | None = None


class UserWanted(Wanted):
    """A new user. `agent` for the role agent (his login when left out); `password` is made when left out."""

    login: LoginName
    role: TenantRole
    agent: AgentName | None = None
    licence: LicenceKind = ""
    password: Annotated[Password | None, Field(repr=False)] = None


class UserChange(Wanted):
    """What is to change; what is left out stays."""

    role: TenantRole | None = None
    agent: AgentName | None = None
    licence: LicenceKind | None = None
    password: Annotated[Password | None, Field(repr=False)] = None
