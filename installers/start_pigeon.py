"""Where the frozen command line begins."""

import multiprocessing
import sys

if __name__ == "__main__":
    # A child that Python starts is this program again: it must do its work here, and go no further.
    multiprocessing.freeze_support()
    from pigeon_desktop.cli import main

    sys.exit(main())
