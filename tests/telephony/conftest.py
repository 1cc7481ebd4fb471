"""The fixtures of fixtures.py and newcomer.py; other folders of tests import them the same way."""

from tests.telephony.fixtures import asterisk, asterisk_program
from tests.telephony.newcomer import come, switch

__all__ = ["asterisk", "asterisk_program", "come", "switch"]
