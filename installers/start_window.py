"""Where the frozen window begins."""

import multiprocessing
import sys

if __name__ == "__main__":
    # A child that Python starts is this program again: it must do its work here, and open no second window.
    multiprocessing.freeze_support()
    from pigeon_desktop.ui.app import main

    sys.exit(main())
