"""What can be broken: StoreError → StoreUnavailable | StaleEpoch | SeqTaken | NameTaken | Unreadable | CannotSpeak."""

from __future__ import annotations

from kernel.errors import DenwabanError


class StoreError(DenwabanError):
    """The database or a file did not do what was asked."""


class StoreUnavailable(StoreError):
    """The database cannot be reached at the moment; nothing is known to be changed, so the same may be asked again."""


class StaleEpoch(StoreError):
    """Somebody holds the shard under a newer epoch: this writer must stop acting for it at once."""


class SeqTaken(StoreError):
    """Another epoch has already written a fact of the tenant with this seq: two writers believed in the same place."""


class NameTaken(StoreError):
    """A called number or a SIP username belongs to another tenant of the platform."""


class Unreadable(StoreError):
    """Stored bytes are not what they should be: a broken line, a floor of another shape, or a wrong key."""


class CannotSpeak(StoreError):
    """No sound could be made of an announcement; says why without a word of it."""


class InUse(StoreError):
    """It cannot be removed: `names` still refer to it."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(f"in use by {len(names)}")
        self.names = names
