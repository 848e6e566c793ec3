"""Whole numbers and UUIDs for what the Action API knows by a text only."""

import uuid
from itertools import count

# Each kind begins elsewhere, so that numbers which were mixed up are found out.
_FIRST = {"product": 100_001, "set": 200_001, "image": 300_001, "feed": 4_001}
_NAMESPACE = uuid.UUID("5d9a1c5e-6f0e-4b53-9a53-2a4e7f7c9c11")


class Numbers:
    """Gives each thing of a kind a number of its own, and finds it again."""

    def __init__(self):
        self._numbers = {}
        self._keys = {}
        self._next = {}

    def of(self, kind, key):
        """Give the number of a thing; it stays the same.

        :param str kind: what it is, such as `product`.
        :param key: what tells it from others of its kind.
        :return: int.
        """
        if (kind, key) not in self._numbers:
            counter = self._next.setdefault(kind, count(_FIRST.get(kind, 1)))
            number = next(counter)
            self._numbers[kind, key] = number
            self._keys[kind, number] = key
        return self._numbers[kind, key]

    def find(self, kind, number):
        """Give the thing with a number.

        :return: its key, or None.
        """
        return self._keys.get((kind, number))

    def clear(self):
        """Forget all numbers."""
        self._numbers.clear()
        self._keys.clear()
        self._next.clear()


def uuid_of(kind, key):
    """Give the UUID of a thing; it is always the same.

    :param str kind: what it is.
    :param key: what tells it from others of its kind.
    :return: str.
    """
    return str(uuid.uuid5(_NAMESPACE, f"{kind} {key}"))
