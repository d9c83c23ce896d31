"""What keeps an instance from running, each told to a person in one sentence."""

from __future__ import annotations


class CannotRun(Exception):
    """The instance cannot start or go on; the message says why and what to do."""


class AlreadyServed(CannotRun):
    """Another supervisor serves this var folder."""


class ChildDown(CannotRun):
    """A child died too often and stays down."""


class LayoutRefused(CannotRun):
    """The var folder cannot be used."""


class PortTaken(CannotRun):
    """Another process has a port we need; the message names the setting."""


class ServiceFailed(CannotRun):
    """A database server could not be found or set up."""


class StepFailed(CannotRun):
    """A command that has to succeed before the start did not."""
