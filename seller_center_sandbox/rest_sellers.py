"""Routes about the seller (SellerCenter REST, Sellers).

Calls act on the shop that the application's user has open at that moment.
"""

from datetime import datetime

from .const import SHOPS
from .identities import uuid_of
from .rest_registry import route
from .times import UTC

OPENED = datetime(2020, 1, 1, tzinfo=UTC)


@route("GET", "/v2/seller", action="GetSeller", role="")
def seller(call):
    """Give the shop that calls act on."""
    number = call.sandbox.settings.active_shop
    name, short_code = SHOPS[number]
    return {
        "id": number,
        "uuid": uuid_of("shop", number),
        "srcId": str(number),
        "shortCode": short_code,
        "status": "active",
        "name": name,
        "companyName": f"{name} Pty Ltd",
        "email": call.user_id,
        "taxClass": "default",
        "createdAt": OPENED,
        "updatedAt": OPENED,
        "verified": True,
        "listed": True,
        "delistReasons": [],
        "profileFields": [],
    }
