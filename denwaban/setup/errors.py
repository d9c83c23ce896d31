"""What can stop the set-up."""


class SetupFailed(Exception):
    """The set-up cannot go on; the message tells a person what to do about it."""
