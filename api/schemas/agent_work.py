"""What may be asked of an agent's work beside ready and paused."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from api.schemas.common import Wanted


class SignInWanted(Wanted):
    """At which phone he works: the id or extension of the agent whose desk phone it is; "": his own."""

    phone: Annotated[str, Field(max_length=64)] = ""


class ServiceWanted(Wanted):
    """Whether he serves the queue for now."""

    served: bool


class ConnectableWanted(Wanted):
    """Whether calls may be connected to him; not connectable is treated as busy."""

    connectable: bool


class ForcedState(StrEnum):
    """What somebody else may make of an agent."""

    READY = "ready"
    PAUSED = "paused"
    SIGNED_OUT = "signed_out"
    WRAP_UP_OVER = "wrap_up_over"


class Forced(Wanted):
    """The state and, for a pause, its reason."""

    state: ForcedState
    reason: Annotated[str, Field(max_length=64)] = ""
