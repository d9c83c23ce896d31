"""`python -m api`."""

import gc
import signal
import sys

# Told to stop while its libraries are still being loaded, it stops as it does later.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

# What is loaded now stays, and looking through it again and again is a fifth of the time it takes.
gc.disable()

from api.main import main  # noqa: E402

gc.enable()

if __name__ == "__main__":
    main()
