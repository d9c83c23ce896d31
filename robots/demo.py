"""Reads the part of var/demo.json that robots need."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from robots.digest import Credentials
from robots.transactions import Address


class UnusableDemo(ValueError):
    """The file is not what a platform writes; the message names the first thing that is missing."""


@dataclass(frozen=True, slots=True)
class DemoAgent:
    """One agent's phone."""

    id: str
    login: str
    tenant: str
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class Demo:
    """Where phones register, where the trunk's callers call from and to, and the agents."""

    sip: Address
    carrier_host: str
    carrier_sends_to: Address
    agents: tuple[DemoAgent, ...]

    def agent(self, name: str) -> DemoAgent:
        """The agent with that id, SIP user name or login; UnusableDemo when there is none or more than one."""
        for key in ("id", "username", "login"):
            found = [
                agent
                for agent in self.agents
                if name == (agent.credentials.username if key == "username" else getattr(agent, key))
            ]
            if len(found) == 1:
                return found[0]
        raise UnusableDemo(f"no one agent {name}")


def read(path: Path) -> Demo:
    """The demo of that file; UnusableDemo when something is missing, OSError when it cannot be read."""
    try:
        raw: Any = json.loads(path.read_text())
        carrier = raw["carrier"]
        agents = [_agent(agent, str(tenant["id"])) for tenant in raw["tenants"] for agent in tenant["agents"]]
        return Demo(_address(raw["sip"]), str(carrier["address"]), _address(carrier["sends_to"]), tuple(agents))
    except (KeyError, TypeError, ValueError) as error:
        raise UnusableDemo(f"{type(error).__name__}: {error}") from error


def _address(raw: Any) -> Address:
    return str(raw["host"]), int(raw["port"])


def _agent(raw: Any, tenant: str) -> DemoAgent:
    sip = raw["sip"]
    return DemoAgent(str(raw["id"]), str(raw["login"]), tenant, Credentials(str(sip["username"]), str(sip["password"])))
