"""``python -m mtalign``."""

import sys

from mtalign.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
