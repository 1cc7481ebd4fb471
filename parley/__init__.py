"""Parley: a contact center for every channel, in one process."""

__version__ = "0.1.0"
