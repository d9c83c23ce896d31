"""What a tenant sets up about parking."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from api.schemas.common import Shape, Wanted

Place = Annotated[str, Field(pattern=r"^[0-9]{2,6}$")]
Stay = Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)]


class ParkingWanted(Wanted):
    """The short numbers at which calls can be parked, none: nobody can park. `seconds`: how long a call may stay there
    before it goes back to who parked it."""

    places: Annotated[list[Place], Field(max_length=200)]
    seconds: Stay = 120.0


class Parking(ParkingWanted, Shape):
    """As it is configured; version 0: as it is where nobody has set it."""

    version: int
