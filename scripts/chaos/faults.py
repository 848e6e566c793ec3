"""What goes wrong: at the marketplaces, on the way to them, and under Odoo."""

from seller_center_sandbox.core.fault_answers import SHAPES
from seller_center_sandbox.core.faults import FEED, RECORD
from seller_center_sandbox.core.poisons import POISONS

#: What a call may meet, with options; the marketplace has the defaults of the rest.
ON_CALLS = (
    ("delay", {"seconds": 2.0}),
    ("status", {"code": 429, "retry_after": "1"}),
    ("status", {"code": 503}),
    ("status", {"code": 500}),
    ("status", {"code": 504}),
    ("html", {}),
    ("garbage", {}),
    ("cut_before", {}),
    ("cut_after", {}),
    ("hang_after", {"seconds": 5.0}),
    ("drip", {"seconds": 0.02}),
    ("status_after", {"code": 500}),
    ("status_after", {"code": 502}),
    ("error", {}),
    ("same_page", {}),
    *((kind, {}) for kind in (*FEED, *RECORD)),
)
#: An id that is another number is an order that nobody knows: it waits for a person.
POISONS_USED = sorted({*POISONS} - {"beyond_32_bits"})
#: Refusals that say something about one call; others would lock the account out.
REFUSED = (400, 404, 409, 422)


def strike(sandbox, random):
    """Switch one fault on at a marketplace, for one call that comes.

    :param sandbox: the marketplace
    :param random: a :class:`random.Random`
    :return: its kind
    """
    return random.choice(_KINDS)(sandbox, random)


def _call(sandbox, random):
    kind, options = random.choice(ON_CALLS)
    sandbox.faults.add(kind, skip=random.randrange(5), **options)
    return kind


def _poison(sandbox, random):
    name = random.choice(POISONS_USED)
    sandbox.faults.add("poison", poison=name, times=random.randint(1, 3))
    return "poison"


def _refusal(sandbox, random):
    sandbox.faults.add(
        "refusal", code=random.choice(REFUSED), shape=random.choice(sorted(SHAPES))
    )
    return "refusal"


def _token(sandbox, _random):
    sandbox.tokens.clear()
    return "expired token"


def _cancel(sandbox, random):
    """Cancel a feed that waits, as the marketplace does."""
    with sandbox.lock:
        for feed in _waiting(sandbox, random):
            sandbox.queue.cancel(feed)
    return "cancelled feed"


def _lose(sandbox, random):
    """Lose a feed that was accepted: nobody knows of it any more."""
    with sandbox.lock:
        for feed in _waiting(sandbox, random):
            del sandbox.queue.feeds[feed.id]
    return "lost feed"


def _release(sandbox, _random):
    """Process feeds that were stuck, after those that have overtaken them."""
    sandbox.queue.release()
    return "late feed"


def _waiting(sandbox, random):
    """Return one of the feeds that wait, in a list; an empty one if there is none."""
    waiting = [one for one in sandbox.feeds.values() if one.is_open]
    return random.sample(waiting, min(1, len(waiting)))


#: Each as often as it stands here.
_KINDS = (
    *(_call,) * 3,
    *(_poison,) * 2,
    _refusal,
    _token,
    _cancel,
    _lose,
    _release,
)
