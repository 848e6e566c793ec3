"""The campaign of `make chaos`, in short: CONTRIBUTING says what it does."""

import os

import pytest

from scripts import runtime
from scripts.chaos.campaign import Campaign
from scripts.chaos.world import World

#: What everything random comes from.
SEED = 19
STYLES = 10
MINUTES = 0.3


@pytest.mark.skipif(
    not os.environ.get("CHAOS"), reason="CHAOS=1 runs it: long runs are still to come."
)
def test_after_kills_lies_and_poison_nothing_differs():
    """PostgreSQL does not crash: the other tests use it too."""
    source = runtime.pristine_database()
    with World(source, ("action", "rest"), STYLES) as world:
        campaign = Campaign(world, MINUTES, SEED, crashes=False)
        report = campaign.run()
    assert campaign.differences == []
    assert campaign.disturbed == []
    assert report["kills"]
    assert report["orders"]
