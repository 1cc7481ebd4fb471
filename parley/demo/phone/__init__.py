"""A small telephone that speaks SIP over UDP: the demo's carrier and customers, and the tests'."""

from parley.demo.phone.audio import Audio
from parley.demo.phone.call import Call, State
from parley.demo.phone.phone import Phone

__all__ = ["Audio", "Call", "Phone", "State"]
