"""`python -m worker`."""

import signal
import sys

# Told to stop while its libraries are still being loaded, it stops as it does later.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))

from worker.main import main  # noqa: E402

if __name__ == "__main__":
    main()
