"""What the shell starts: a Ctrl-C while Python still loads the rest ends it without a word."""

from __future__ import annotations

import signal
import sys

# Nothing is begun yet, so there is nothing to clean up and no traceback to show.
if signal.getsignal(signal.SIGINT) == signal.default_int_handler:  # it may be ignored
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> int:
    """Run the command line and return its exit code."""
    from .cli import main

    return main()


if __name__ == "__main__":
    sys.exit(main())
