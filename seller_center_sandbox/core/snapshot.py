"""Snapshots of a marketplace: what it holds at one moment, to return to."""

import copy
import queue
import threading

#: What keeps the marketplace running and is no part of its state.
_KINDS_KEPT = (
    type(threading.Lock()),
    type(threading.RLock()),
    threading.local,
    threading.Event,
    threading.Thread,
    queue.Queue,
)


class Snapshot:
    """What a marketplace holds when this is made; no feed may be in process then."""

    def __init__(self, sandbox):
        """Copy everything.

        :param sandbox: `Sandbox`.
        """
        self._sandbox = sandbox
        self._parts = [
            sandbox,
            *(sandbox.tokens, sandbox.numbers, sandbox.taxonomy, sandbox.images),
            *(sandbox.faults, sandbox.groups, sandbox.quality, sandbox.queue),
            *(sandbox.orders, sandbox.exports, sandbox.webhooks),
        ]
        self._states = self._copy([_state(part) for part in self._parts])

    def restore(self):
        """Return to it, as often as wanted.

        What was taken from the marketplace before, such as a product, is another object
        afterwards.
        """
        states = self._copy(self._states)
        with self._sandbox.lock:
            for part, state in zip(self._parts, states, strict=True):
                vars(part).update(state)
        self._sandbox.queue.wake()

    def _copy(self, states):
        # A part that refers to another one goes on doing so.
        memo = {id(part): part for part in self._parts}
        with self._sandbox.lock:
            return copy.deepcopy(states, memo)


def _state(part):
    return {
        name: value
        for name, value in vars(part).items()
        if not isinstance(value, _KINDS_KEPT)
    }
