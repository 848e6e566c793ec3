"""The campaign of `make chaos`, in short: CONTRIBUTING says what it does.

PostgreSQL does not crash in it: the other tests use it too.
"""

import os

import pytest

from scripts import runtime
from scripts.chaos.campaign import Campaign
from scripts.chaos.planted_odoo import PLANTS
from scripts.chaos.world import World

#: What everything random comes from.
SEED = 19
STYLES = 10
#: Minutes of trouble: in short, and at most until a planted fault is found.
MINUTES, MINUTES_OF_A_PLANT = 0.3, 5


def campaign_of(minutes, plant=None):
    """Run a campaign.

    :return: the campaign and its report
    """
    source = runtime.pristine_database()
    with World(source, ("action", "rest"), STYLES, plant) as world:
        campaign = Campaign(world, minutes, SEED, crashes=False)
        return campaign, campaign.run()


def test_after_kills_lies_and_poison_nothing_differs():
    campaign, report = campaign_of(MINUTES)
    assert campaign.differences == []
    assert campaign.disturbed == []
    assert report["kills"]
    assert report["orders"]


@pytest.mark.skipif(
    not os.environ.get("CHAOS"), reason="CHAOS=1 runs it: it takes minutes for each."
)
@pytest.mark.parametrize("plant", PLANTS)
def test_a_fault_in_the_addon_is_found(plant):
    campaign, report = campaign_of(MINUTES_OF_A_PLANT, plant)
    assert campaign.differences
    assert report["minutes"] < MINUTES_OF_A_PLANT
