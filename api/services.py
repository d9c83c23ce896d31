"""What the routes use; put together once, in `api.main`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api.guessing import Guesses
from api.idempotency import Keys
from api.identity import Identity
from api.live import LiveBoards
from api.metrics import Metrics
from api.replays import Replays
from api.trunk_health import TrunkHealth
from bus.commands import CommandSender
from bus.presence import PresenceTeller
from store.announcements import Announcements
from store.audit import AuditStore
from store.config import ConfigStore
from store.contracts import ContractStore
from store.entries import EntryStore
from store.facts import FactStore
from store.intervals import IntervalStore
from store.invoices import InvoiceStore
from store.jobs import JobStore
from store.keeping import KeepingStore
from store.logins import LoginStore
from store.media import RecordingStore
from store.orders import OrderStore
from store.personal import PersonalStore
from store.records import RecordStore
from store.rule_counts import CountStore
from store.sounds import SoundStore
from store.tenants import TenantStore
from store.trunks import TrunkStore
from store.users import UserStore


@dataclass(frozen=True, slots=True)
class Platform:
    """What only the doors of the role `platform` use: the same stores over the database role that crosses tenants."""

    tenants: TenantStore
    audit: AuditStore
    configs: ConfigStore
    contracts: ContractStore
    orders: OrderStore
    invoices: InvoiceStore
    entries: EntryStore
    jobs: JobStore
    logins: LoginStore
    trunks: TrunkStore
    trunk_health: TrunkHealth


@dataclass(frozen=True, slots=True)
class Phones:
    """Where the WebSockets of Asterisk's nodes stand, what helps browsers find their way to the sound, and where their
    page lies."""

    switch_urls: tuple[str, ...]
    ice_servers: tuple[str, ...]
    web_dir: Path


@dataclass(frozen=True, slots=True)
class Services:
    """Everything behind the doors. `ready` asks database and controller and names what is not fine."""

    identity: Identity
    guesses: Guesses
    keys: Keys
    boards: LiveBoards
    facts: FactStore
    replays: Replays
    records: RecordStore
    intervals: IntervalStore
    keeping: KeepingStore
    media: RecordingStore
    prompts: Announcements
    sounds: SoundStore
    personal: PersonalStore
    configs: ConfigStore
    contracts: ContractStore
    counts: CountStore
    invoices: InvoiceStore
    entries: EntryStore
    orders: OrderStore
    logins: LoginStore
    users: UserStore
    audit: AuditStore
    platform: Platform
    commands: CommandSender
    presence: PresenceTeller
    phones: Phones
    invoice_font: Path
    metrics: Metrics
    ready: Callable[[], Awaitable[dict[str, bool]]]
    clock: Callable[[], datetime]
