"""What whoever runs the platform sees and says of a tenant."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field

from api.schemas.common import Shape, Wanted
from api.schemas.contradictions import contradiction
from api.schemas.user import LoginName, Password

TENANT_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"


def _is_zone(name: str) -> str:
    if name not in available_timezones():
        raise contradiction("no_time_zone")
    return name


class Tenant(Shape):
    """A customer company; `version` is that of its newest configuration."""

    id: str
    name: str
    time_zone: str
    version: int


class TenantWanted(Wanted):
    """A new tenant and its first admin, whose password is made when left out."""

    id: Annotated[str, Field(pattern=TENANT_PATTERN)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    time_zone: Annotated[str, AfterValidator(_is_zone)] = "Asia/Tokyo"
    admin: LoginName = "admin"
    password: Annotated[Password | None, Field(repr=False)] = None


class TenantChange(Wanted):
    """What is to change; what is left out stays."""

    name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    time_zone: Annotated[str, AfterValidator(_is_zone)] | None = None


class NewTenant(Tenant):
    """A tenant who was just created; `password` of the admin is there when it was made, and is told once."""

    admin: str
    password: str | None = None
    in_force: bool
