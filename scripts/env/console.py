"""What the person at the keyboard sees: steps, progress and one-line troubles."""

import signal
import sys
import time

#: Seconds between two progress lines where they cannot overwrite each other.
PLAIN_INTERVAL = 10


class Trouble(Exception):
    """Something only the user can fix; its text says what to do."""


def say(text):
    """Print a line at once.

    :param text: the line
    """
    print(text, flush=True)


def step(text):
    """Announce a step that may take a while.

    :param text: what begins now
    """
    say(f"==> {text}")


class Progress:
    """One line that shows how far a long step is.

    A terminal sees it move; a log file gets a line every few seconds.
    """

    def __init__(self):
        self._live = sys.stdout.isatty()
        self._started = self._last = time.monotonic()

    def show(self, text):
        """Show how far the step is.

        :param text: a few words
        """
        now = time.monotonic()
        line = f"    {text} ({now - self._started:.0f} s)"
        if self._live:
            print(f"\r{line}\033[K", end="", flush=True)
        elif now - self._last >= PLAIN_INTERVAL:
            self._last = now
            say(line)

    def close(self):
        """Leave the line, so that what follows starts on one of its own."""
        if self._live:
            print("\r\033[K", end="", flush=True)


def run_main(function):
    """Run a script's main function and end the process with its status.

    Ctrl-C, SIGTERM and a closed terminal all unwind the stack, so that everything
    started is stopped; a trouble is told in one line.

    :param function: takes nothing, returns the exit status or None
    """
    # SIGINT too: a shell that starts us in the background has it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        status = function()
    except Trouble as trouble:
        print(f"\n{trouble}", file=sys.stderr, flush=True)
        status = 1
    except KeyboardInterrupt:
        say("\nStopped.")
        status = 130
    sys.exit(status or 0)


def _interrupt(signum, frame):
    raise KeyboardInterrupt
