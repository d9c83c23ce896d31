"""The operations on playbacks: sounds played to one channel."""

from __future__ import annotations

from collections.abc import Sequence

from asterisk.names import safe
from asterisk.request import Method, Request


def play(channel: str, playback: str, media: Sequence[str], *, language: str | None = None) -> Request:
    """Play `media` (such as `sound:prompts/greeting`, `digits:12`, `tone:ring`) in order, under our id `playback`."""
    if not media or any("," in one for one in media):
        raise ValueError("media are one or more URIs without commas")
    query = [("media", ",".join(media))]
    if language is not None:
        query.append(("lang", safe(language)))
    return Request(Method.POST, f"channels/{safe(channel)}/play/{safe(playback)}", tuple(query))


def stop(playback: str) -> Request:
    """Stop at once; `Gone` when it was over already."""
    return Request(Method.DELETE, f"playbacks/{safe(playback)}")


def get(playback: str) -> Request:
    """One playback's state; `Gone` when it is over."""
    return Request(Method.GET, f"playbacks/{safe(playback)}")
