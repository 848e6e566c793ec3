from . import iconic_listing
