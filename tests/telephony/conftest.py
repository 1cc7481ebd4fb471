"""The fixtures of fixtures.py; other folders of tests import them the same way."""

from tests.telephony.fixtures import asterisk, asterisk_program

__all__ = ["asterisk", "asterisk_program"]
