"""The token a person carries after login: signed with the platform's key (HS256), good for twelve hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from kernel.ids import TenantId
from kernel.moment import after

LIFETIME: Final = 12 * 3600.0
"""Seconds."""
_ALGORITHM: Final = "HS256"


@dataclass(frozen=True, slots=True)
class Claim:
    """Who the token says he is, and until when."""

    tenant: TenantId
    login: str
    ends: datetime


class Tokens:
    """Issues and reads tokens; knows only the key."""

    def __init__(self, key: str) -> None:
        self._key = OctKey.import_key(key)

    def issue(self, tenant: TenantId, login: str, now: datetime) -> tuple[str, datetime]:
        """A new token and the moment it ends."""
        ends = after(now, LIFETIME).replace(microsecond=0)
        claims: dict[str, object] = {
            "ten": tenant,
            "sub": login,
            "iat": int(now.timestamp()),
            "exp": int(ends.timestamp()),
        }
        return jwt.encode({"alg": _ALGORITHM}, claims, self._key), ends

    def read(self, token: str, now: datetime) -> Claim | None:
        """What the token says; None when it is not ours, was changed, or has ended at `now`."""
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM]).claims
            claim = Claim(
                tenant=TenantId(str(claims["ten"])),
                login=str(claims["sub"]),
                ends=datetime.fromtimestamp(int(claims["exp"]), UTC),
            )
        except (JoseError, ValueError, KeyError, TypeError):
            return None
        return claim if now < claim.ends else None
