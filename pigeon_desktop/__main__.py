"""`python -m pigeon_desktop`: the same as `pigeon`."""

import sys

from pigeon_desktop.cli import main

if __name__ == "__main__":
    sys.exit(main())
