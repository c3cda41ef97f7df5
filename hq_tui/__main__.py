"""`python -m hq_tui` is `hq-tui`."""

import sys

from hq_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
