"""Until when a direct return has to be received, and until when it has to be assessed.

Source: THE ICONIC help centre, Direct Returns.
"""

from datetime import timedelta

from .item_statuses import ON_THE_WAY_BACK, RETURN_DELIVERED, RETURN_WAITING

# From the delivery of the parcel to its being reported as received.
RECEIVE_WITHIN = timedelta(hours=24)

# From the receipt to its being approved or rejected.
ASSESS_WITHIN = timedelta(hours=48)


def due_at(status, since, received_at):
    """Return when the next step of a direct return is due, None if none is ours.

    :param str status: of the item
    :param since: when it got that status, a `datetime`
    :param received_at: when it was received in Odoo, a `datetime`, or something false
    """
    if status == RETURN_WAITING or (received_at and status in ON_THE_WAY_BACK):
        return (received_at or since) + ASSESS_WITHIN
    if status == RETURN_DELIVERED:
        return since + RECEIVE_WITHIN
    return None
