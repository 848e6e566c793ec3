from . import (
    iconic_cutoff,
    iconic_dry_run,
    iconic_label_sheet,
    iconic_listing_change,
    iconic_order_cancel,
    iconic_order_return,
)
