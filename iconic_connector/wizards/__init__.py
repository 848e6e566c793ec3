from . import iconic_dry_run, iconic_listing_change
