"""The registered brands: some that tests know by heart, and many invented ones."""

_KNOWN = """
North Harbour, Kōwhai & Co, Saltbush, Paper Moon, Ridgeline, Atelier Wren,
Banksia Lane, Blue Gum Denim, Coastwalk, Daisy & Ash, Eleven Hours, Fernleigh, Gully,
Harriet Vale, Inland Supply, Juniper Row, Lantern Street, Minimal Theory, Tidewater,
Wattle Day
"""
_FIRST = (
    "Amber Birch Cedar Driftwood Ember Flint Granite Hazel Ivory Jarrah Kelp Lupin "
    "Myrtle Nettle Ochre Pebble Quartz Rowan Sable Thistle"
).split()
_LAST = (
    "& Daughters|Atelier|Bay|Collective|Creek|House|Label|Studio|Supply Co|Works"
).split("|")


def brands():
    """Give all brands, those with the longest history first.

    :return: dict of id -> name.
    """
    known = " ".join(_KNOWN.split()).split(", ")
    invented = [f"{first} {last}" for first in _FIRST for last in _LAST]
    return dict(enumerate(known + invented, start=1))
