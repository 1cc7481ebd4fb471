"""What each customer's own screen shows: where they stand, and whom they may still rate."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable

from parley.engine.frames import Encoded, Row, encode, frame
from parley.engine.screens import Screens
from parley.engine.subscription import Subscription

MAX_RATEABLE = 20_000  # customers whose last conversation may still be rated; the oldest go first
WAITING = ('"phase":"queued"', '"phase":"offered"')


class Visits:
    def __init__(self, screens: Callable[[], Screens]) -> None:
        self._screens = screens
        self._lines: dict[str, set[Subscription]] = defaultdict(set)
        self._sent: dict[str, Encoded] = {}  # address -> state as sent
        self._rateable: OrderedDict[str, str] = OrderedDict()  # address -> interaction

    # --- lines -------------------------------------------------------------------------------

    def join(self, address: str, line: Subscription, now: float) -> None:
        self._lines[address].add(line)
        # What other lines were told stays so: a turn under way still has to tell them of its news.
        self._sent.setdefault(address, encode(self.state(address, now)))

    def leave(self, address: str, line: Subscription) -> None:
        lines = self._lines.get(address)
        if lines is None:
            return
        lines.discard(line)
        if not lines:
            del self._lines[address]
            self._sent.pop(address, None)

    def has(self, address: str) -> bool:
        return address in self._lines

    def lines(self) -> list[Subscription]:
        return [line for lines in self._lines.values() for line in lines]

    def push(self, address: str, text: Encoded) -> None:
        for line in list(self._lines.get(address, ())):
            line.push(text)

    def push_hint(self, address: str, text: Encoded) -> None:
        for line in list(self._lines.get(address, ())):
            line.push_hint(text)

    # --- states ------------------------------------------------------------------------------

    def state(self, address: str, now: float) -> Row:
        return self._with_rate(address, self._screens().visitors((address,), now)[address])

    def draw(self, addresses: Iterable[str], now: float) -> None:
        """Tell these customers where they stand, if it differs from what they were told."""
        open_ = [address for address in addresses if address in self._lines]
        if not open_:
            return
        for address, row in self._screens().visitors(open_, now).items():
            text = encode(self._with_rate(address, row))
            if self._sent.get(address) != text:
                self._sent[address] = text
                self.push(address, frame("state", state=text))

    def draw_waiting(self, now: float) -> None:
        """Places in the queue and estimated waits move without any news about oneself."""
        waiting = [a for a, text in self._sent.items() if any(mark in text for mark in WAITING)]
        self.draw(waiting, now)

    # --- rating ------------------------------------------------------------------------------

    def served(self, address: str, interaction_id: str) -> None:
        """The customer may rate this conversation, until they have or the next one begins."""
        self._rateable[address] = interaction_id
        self._rateable.move_to_end(address)
        if len(self._rateable) > MAX_RATEABLE:
            self._rateable.popitem(last=False)

    def began(self, address: str) -> None:
        self._rateable.pop(address, None)

    def rated(self, interaction_id: str, now: float) -> None:
        for address, rateable in list(self._rateable.items()):
            if rateable == interaction_id:
                del self._rateable[address]
                self.draw((address,), now)

    def _with_rate(self, address: str, row: Row) -> Row:
        rateable = self._rateable.get(address)
        return {**row, "rate": {"interaction_id": rateable} if rateable else None}
