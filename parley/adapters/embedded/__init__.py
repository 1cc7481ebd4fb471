"""Existing engines run as child processes, so that one machine needs no other service."""
