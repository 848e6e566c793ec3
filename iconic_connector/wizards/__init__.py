from . import iconic_listing_change
