"""Who stands where a tenant would for what is the platform's own."""

from __future__ import annotations

from typing import Final

from kernel.ids import TenantId

PLATFORM: Final = TenantId("platform")
"""For logins, jobs and changes of the platform itself; no tenant can have this id."""
