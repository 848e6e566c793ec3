"""Faults on demand: what can go wrong between a seller and the marketplace."""

import threading
from dataclasses import asdict, dataclass, field

from .fault_answers import SHAPES
from .poisons import POISONS

# Kinds that answer in place of the API, kinds that break the answer to an accepted
# call, kinds that change what is in it, kinds that are attached to a feed when it is
# accepted, kinds per SKU.
BEFORE = ("status", "refusal", "html", "garbage", "cut_before", "error")
AFTER = ("cut_after", "hang_after", "drip", "status_after")
DATA = ("poison", "same_page")
FEED = ("stuck", "lying_counts", "anonymous_error", "feed_error")
RECORD = ("sku_error", "sku_warning")
KINDS = ("delay", *BEFORE, *AFTER, *DATA, *FEED, *RECORD)

# What each kind accepts beside `kind`, `action`, `times` and `skip`.
OPTIONS = {
    "delay": {"seconds": 1.0},
    "status": {"code": 503, "retry_after": None, "body": None},
    "refusal": {
        "code": 422,
        "shape": "problem",
        "message": "Order item contains not allowed shipment type",
    },
    "html": {"body": None},
    "garbage": {"body": None},
    "cut_before": {},
    "cut_after": {},
    "hang_after": {"seconds": 30.0},
    "drip": {"seconds": 0.5},
    "status_after": {"code": 500},
    "error": {
        "code": 6,
        "type": "Platform",
        "message": "E006: Unexpected internal error",
        "details": (),
    },
    "poison": {"poison": "nul", "record": None, "field": None},
    "same_page": {},
    "stuck": {"status": "Queued"},
    "lying_counts": {"total": None, "processed": None, "failed": None},
    "anonymous_error": {"sku": None, "message": "Internal error, please try again"},
    "feed_error": {"message": "The feed could not be processed"},
    "sku_error": {"sku": None, "message": "The product was refused"},
    "sku_warning": {
        "sku": None,
        "message": "The product was accepted with a remark",
        "excluded": None,
    },
}

# One line for people about each kind.
EXPLANATIONS = {
    "delay": "The answer comes later.",
    "status": "A bare HTTP status with an HTML body, such as 429, 502 or 503 "
    "(over REST, 503 says that the marketplace is being maintained).",
    "refusal": "The call is refused with a status and a shape of your choice: "
    f"{', '.join(SHAPES)}.",
    "html": "HTTP 200 with an HTML page in place of the answer.",
    "garbage": "HTTP 200 with unreadable bytes.",
    "cut_before": "The connection is cut before the call is accepted.",
    "cut_after": "The call is accepted, then the connection is cut.",
    "hang_after": "The call is accepted, the answer does not come for a long time.",
    "drip": "The call is accepted, the head of its answer comes byte by byte, with a "
    "pause after each.",
    "status_after": "The call is accepted, then answered with a bare HTTP status.",
    "error": "An error with a code and a message of your choice.",
    "poison": "The answer is right but for one record, which is spoilt in a way of "
    "your choice; the fault waits for an answer that has what it spoils. The record is "
    "named by its id, number, SKU or name, else it is the first one.",
    "same_page": "Whatever offset is asked for, the first page is answered.",
    "stuck": "The feed is accepted and never processed.",
    "lying_counts": "The feed's counts do not fit its errors.",
    "anonymous_error": "One product of the feed fails, its error names no SKU.",
    "feed_error": "The whole feed ends as Error.",
    "sku_error": "One product of a feed is refused; a quantity that is set at once "
    "(SetStock) is ignored.",
    "sku_warning": "One product of a feed gets a warning; excluded ones do not change.",
}


class InvalidFault(ValueError):
    """A fault has an unknown kind or an invalid option."""


@dataclass
class Fault:
    """One failure to simulate.

    :param kind: one of `KINDS`.
    :param action: the action it hits, `*` for all.
    :param times: how often it occurs, None for always.
    :param skip: how many matching calls to leave alone first.
    :param options: what the kind accepts, see `OPTIONS`.
    """

    kind: str
    action: str = "*"
    times: int | None = 1
    skip: int = 0
    options: dict = field(default_factory=dict)

    def __getitem__(self, name):
        return self.options[name]

    def as_dict(self):
        """Return a fault as plain data.

        :return: dict with the options beside the common parts.
        """
        values = asdict(self)
        return {**values.pop("options"), **values}


class Faults:
    """The faults that are switched on; each is removed when it is used up."""

    def __init__(self):
        self._faults = []
        self._lock = threading.Lock()

    def __iter__(self):
        with self._lock:
            return iter(list(self._faults))

    def add(self, kind, *, action="*", times=1, skip=0, **options):
        """Switch a fault on.

        :param str kind: one of `KINDS`.
        :param str action: the action it hits, `*` for all.
        :param times: how often it occurs, None for always.
        :param int skip: how many matching calls to leave alone first.
        :param options: what the kind accepts, see `OPTIONS`.
        :return: the `Fault`.
        :raise InvalidFault: if the kind or an option is unknown.
        """
        fault = _checked(kind, action, times, skip, options)
        with self._lock:
            self._faults.append(fault)
        return fault

    def remove(self, index):
        """Switch one fault off.

        :param int index: its position; unknown ones are ignored.
        """
        with self._lock:
            if 0 <= index < len(self._faults):
                del self._faults[index]

    def clear(self):
        """Switch all faults off."""
        with self._lock:
            self._faults.clear()

    def trigger(self, kinds, action, sku=None):
        """Return the first fault that matches, and count it as used.

        :param kinds: the kinds that are possible here.
        :param str action: the action at hand.
        :param sku: the SKU at hand, if there is one.
        :return: the `Fault`, or None.
        """
        with self._lock:
            for fault in self._faults:
                if fault.kind in kinds and self._matches(fault, action, sku):
                    if self._use_up(fault):
                        return fault
        return None

    def trigger_all(self, kind, action, fits):
        """Return all faults that match, and count them as used.

        :param str kind: the kind that is possible here.
        :param str action: the action at hand.
        :param fits: function of a fault that says whether it can strike here.
        :return: list of `Fault`.
        """
        # Looking at the answer takes the marketplace's lock, under which others wait
        # for this one.
        found = {
            id(fault)
            for fault in self
            if fault.kind == kind and self._matches(fault, action) and fits(fault)
        }
        with self._lock:
            matching = [fault for fault in self._faults if id(fault) in found]
            return [fault for fault in matching if self._use_up(fault)]

    def is_awaited(self, kind, action):
        """Return whether a fault may strike, without counting it as used.

        :param str kind: its kind.
        :param str action: the action at hand.
        """
        return any(one.kind == kind and self._matches(one, action) for one in self)

    @staticmethod
    def _matches(fault, action, sku=None):
        if fault.action not in ("*", action):
            return False
        wanted = fault.options.get("sku") if fault.kind in RECORD else None
        return wanted in (None, sku)

    def _use_up(self, fault):
        if fault.skip:
            fault.skip -= 1
            return False
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        return True


def _checked(kind, action, times, skip, options):
    if kind not in KINDS:
        raise InvalidFault(f"Unknown kind {kind!r}; known are: {', '.join(KINDS)}")
    unknown = set(options) - set(OPTIONS[kind])
    if unknown:
        raise InvalidFault(f"{kind} does not know: {', '.join(sorted(unknown))}")
    if not (times is None or (isinstance(times, int) and times > 0)):
        raise InvalidFault("times is a number above 0, or null for ever")
    if not isinstance(skip, int) or skip < 0:
        raise InvalidFault("skip is a number from 0")
    typed = {name: _typed(kind, name, value) for name, value in options.items()}
    return Fault(kind, action, times, skip, {**OPTIONS[kind], **typed})


# What an option is read as, and the values that some options choose from.
_TYPES = {
    **{"seconds": float, "code": int, "retry_after": str},
    **{"record": str, "field": str},
}
_WITH_STATUS = ("status", "status_after", "refusal")
_CHOICES = {"shape": SHAPES, "poison": POISONS}


def _typed(kind, name, value):
    if value is None and name not in _CHOICES:
        return value
    try:
        value = _TYPES.get(name, lambda given: given)(value)
    except (TypeError, ValueError) as error:
        raise InvalidFault(f"{kind}: {name} is a number") from error
    _check_value(kind, name, value)
    return value


def _check_value(kind, name, value):
    choices = _CHOICES.get(name)
    if choices and value not in choices:
        raise InvalidFault(f"{kind}: {name} is one of: {', '.join(choices)}")
    if name == "retry_after" and not value.isprintable():
        raise InvalidFault(f"{kind}: {name} is one line of text")
    if name == "code" and kind in _WITH_STATUS and not 200 <= value <= 599:
        raise InvalidFault(f"{kind}: {name} is an HTTP status from 200 to 599")
