"""The one kind of error that is meant for the person at the screen."""


class PigeonError(Exception):
    """Something a person can act on: the message names the file, what is wrong and what to do."""


class Cancelled(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The work was cancelled by its owner."""
