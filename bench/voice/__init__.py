"""Calls: Parley beside Asterisk's own app_queue on the same Asterisk, see `__main__.py`."""
