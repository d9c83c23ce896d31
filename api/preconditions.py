"""If-Match and If-None-Match (RFC 9110): who changes something says what he has read, so that nobody is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

from api.problems import Problem, ProblemRaised

_ANY = "*"


@dataclass(frozen=True, slots=True)
class Match:
    """What the request says of the thing it would change: the version it has read, or that there must be none."""

    if_match: str | None
    if_none_match: str | None

    def allows(self, version: int | None) -> None:
        """Ends the request unless the thing may be written over; None: there is no such thing yet.

        428 when a thing is there and no version was named, 412 when it is another version, or none.
        """
        if version is None:
            if self.if_match is not None:
                raise ProblemRaised(Problem.CHANGED_MEANWHILE)
            return
        if self.if_none_match is not None:
            raise ProblemRaised(Problem.CHANGED_MEANWHILE)
        if self.if_match is None:
            raise ProblemRaised(Problem.PRECONDITION_REQUIRED)
        if self.if_match != _ANY and etag(version) not in {tag.strip() for tag in self.if_match.split(",")}:
            raise ProblemRaised(Problem.CHANGED_MEANWHILE)


async def _match(
    if_match: Annotated[str | None, Header(alias="If-Match", max_length=255)] = None,
    if_none_match: Annotated[str | None, Header(alias="If-None-Match", pattern=r"^\*$")] = None,
) -> Match:
    return Match(if_match, if_none_match)


Matching = Annotated[Match, Depends(_match)]


def etag(version: int) -> str:
    """The ETag of a thing in this version."""
    return f'"{version}"'
