"""Kills, lies and poison, and nothing differs afterwards: `make chaos`.

Options come as environment variables, as make hands them on: `MINUTES=5`, `SEED=` of
all that is random, `JSON=file` for the report, `API=rest` or `action` for both accounts
(each has one of its own otherwise), `STYLES=` how many styles are sold, in two sizes,
`PLANT=` a fault of :mod:`scripts.chaos.planted_odoo` that is to be found.
"""

import json
import os
import time
from pathlib import Path

from scripts.chaos.campaign import Campaign
from scripts.chaos.world import World
from scripts.env import console, databases, postgres, setup
from scripts.test import OTHER_MODULES

MINUTES = 5
STYLES = 500
APIS = ("action", "rest")


def main():
    """Run the campaign.

    :return: 0 if nothing differs and no user was disturbed
    """
    minutes = float(os.environ.get("MINUTES") or MINUTES)
    seed = int(os.environ.get("SEED") or time.time())
    styles = int(os.environ.get("STYLES") or STYLES)
    api_type = os.environ.get("API")
    tree = setup.prepare()
    with postgres.running():
        source = databases.beside(tree, OTHER_MODULES)
        console.step(f"Making {styles} styles for two accounts (SEED={seed})")
        api_types = [api_type] * 2 if api_type else APIS
        with World(source, api_types, styles, os.environ.get("PLANT")) as world:
            console.step(f"Trouble for {minutes:g} minutes")
            campaign = Campaign(world, minutes, seed)
            report = campaign.run()
    return _tell(campaign, report)


def _tell(campaign, report):
    for sentence in [*campaign.differences[:30], *campaign.disturbed[:10]]:
        console.say(f"    {sentence}")
    text = json.dumps(report, indent=2, sort_keys=True)
    console.say(text)
    if os.environ.get("JSON"):
        Path(os.environ["JSON"]).write_text(f"{text}\n", encoding="utf-8")
    return bool(report["differences"] or report["users_disturbed"])


if __name__ == "__main__":
    console.run_main(main)
