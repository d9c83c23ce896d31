"""What is broken, as a tree: DenwabanError → ConfigurationError | StoreError (the adapters add theirs)."""

from __future__ import annotations


class DenwabanError(Exception):
    """Something of denwaban is broken; a rule that says no is a `kernel.refusal.Refused`, not an error."""


class ConfigurationError(DenwabanError):
    """A setting or a configuration file cannot be used; the message says what to change."""
