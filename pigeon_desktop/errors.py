"""The errors that are meant for the person at the screen."""


class PigeonError(Exception):
    """Something a person can act on: the message names the file, what is wrong and what to do."""


class DeviceError(PigeonError):
    """A device has failed, and would with every photograph from now on: what is going on ends, and goes on later."""


class Cancelled(Exception):  # noqa: N818 - not an error: somebody asked for it
    """The work was cancelled by its owner."""
