"""Numbers that the marketplace gives to what it holds."""


class RunningNumber:
    """Counts like `itertools.count`, and can be copied."""

    def __init__(self, first=1):
        """Set what is counted first.

        :param int first: the first number.
        """
        self._next = first

    def __next__(self):
        self._next += 1
        return self._next - 1


# Each kind begins elsewhere, so that a number of the wrong kind is noticed.
_FIRST = {"product": 100_001, "set": 200_001, "image": 300_001, "feed": 4_001}


class Numbers:
    """Assigns whole numbers to what the Action API knows by a text only."""

    def __init__(self):
        self._numbers = {}
        self._keys = {}
        self._next = {}

    def of(self, kind, key):
        """Return the number of a thing; it stays the same.

        :param str kind: what it is, such as `product`.
        :param key: what tells it from others of its kind.
        :return: int.
        """
        if (kind, key) not in self._numbers:
            counter = self._next.setdefault(kind, RunningNumber(_FIRST.get(kind, 1)))
            number = next(counter)
            self._numbers[kind, key] = number
            self._keys[kind, number] = key
        return self._numbers[kind, key]

    def find(self, kind, number):
        """Return the thing with a number.

        :return: its key, or None.
        """
        return self._keys.get((kind, number))

    def clear(self):
        """Drop all numbers."""
        self._numbers.clear()
        self._keys.clear()
        self._next.clear()
