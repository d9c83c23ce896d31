"""Whose turn it is on a processor that several want: who rings phones goes before who may wait, and has no more of it.

Linux lets a task that wakes have the processor at once when its slice is shorter than that of the task that runs (6.12
and later; older kernels take the wish and do nothing). Shares stay as they are, so nobody starves. Niceness is no help
here: with autogroups it counts among the processes of one session alone (sched(7)), and each of ours has its own.
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Final

SHORT: Final = 0.0001
"""Seconds, the shortest slice there is; usual are about 0.003."""
LONG: Final = 0.02
_SETATTR: Final = {"x86_64": 314, "aarch64": 274}
"""The number of the system call, for which Python has no name."""
_ATTRIBUTES: Final = struct.Struct("=IIQiIQQQ")
"""size, policy, flags, nice, priority, runtime, deadline, period (sched_setattr(2))."""


def goes_first() -> bool:
    """This thread, and those and the processes that it starts later, run when they wake; False: the kernel does not
    know how."""
    return _slice(SHORT)


def goes_last() -> bool:
    """The same for who may wait: whoever else wakes goes before it."""
    return _slice(LONG)


def _slice(seconds: float) -> bool:
    number = _SETATTR.get(os.uname().machine)
    if number is None or os.sched_getscheduler(0) != os.SCHED_OTHER:
        return False
    nice = os.getpriority(os.PRIO_PROCESS, 0)
    wish = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, nice, 0, round(seconds * 1e9), 0, 0)
    done: int = ctypes.CDLL(None).syscall(number, 0, ctypes.create_string_buffer(wish), 0)
    return done == 0
