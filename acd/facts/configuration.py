"""What has happened to the configuration of a floor: queues, agents, limits, numbers and lines, in one version."""

from __future__ import annotations

from dataclasses import dataclass

from acd.config import AgentConfig, Limits, LineRule, NumberRule, QueueConfig
from kernel.ids import AgentId, QueueId


@dataclass(frozen=True, slots=True)
class QueueConfigured:
    queue: QueueConfig


@dataclass(frozen=True, slots=True)
class QueueRemoved:
    queue: QueueId


@dataclass(frozen=True, slots=True)
class AgentConfigured:
    agent: AgentConfig


@dataclass(frozen=True, slots=True)
class AgentRemoved:
    agent: AgentId


@dataclass(frozen=True, slots=True)
class LimitsChanged:
    limits: Limits


@dataclass(frozen=True, slots=True)
class NumbersChanged:
    """These are the tenant's called numbers and lines from now on."""

    numbers: tuple[NumberRule, ...]
    lines: tuple[LineRule, ...]


@dataclass(frozen=True, slots=True)
class ConfigInForce:
    """This version of the configuration is in force: the last fact of its taking effect."""

    version: int
