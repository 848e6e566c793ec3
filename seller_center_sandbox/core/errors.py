"""Errors of the Action API: codes and messages.

Source: SellerCenter, Response and Error Messages. Where no message is published, it is
written here from the meaning of the code.
"""

from dataclasses import dataclass

from .const import MAX_ERROR_DETAILS

SENDER, PLATFORM = "Sender", "Platform"

MESSAGES = {
    1: "Parameter {} is mandatory",
    2: "Invalid Version",
    3: "Timestamp has expired",
    4: "Invalid Timestamp format",
    5: "Invalid Request Format",
    7: "Login failed. Signature mismatching",
    8: "Invalid Action",
    9: "Access Denied",
    11: "Request too Big",
    12: 'Invalid Feed ID "{}"',
    13: 'Invalid Feed Status "{}"',
    14: '"{}" Invalid Offset',
    15: '"{}" Invalid Page Size',
    16: '"{}" Invalid Order ID',
    17: '"{}" Invalid Date Format',
    18: "Either CreatedAfter or UpdatedAfter is mandatory",
    19: '"{}" Invalid Limit',
    20: '"{}" Invalid Order Item ID',
    22: '"{}" Invalid Reason',
    23: '"{}" Invalid Order Item IDs',
    24: '"{}" Invalid Delivery Type',
    25: '"{}" Invalid Shipping Provider',
    26: '"{}" Invalid Tracking Number',
    28: "The status cannot be set. ({})",
    29: "Order items must be from the same order",
    30: "Empty Request",
    31: 'Tracking ID incorrect. Example tracking ID: "{}"',
    32: 'Document type "{}" is not valid',
    34: "Order Item must be packed. Please call setStatusToReadyToShip before",
    36: "Invalid status filter",
    37: "One or more order id in the list are incorrect",
    38: "Too many orders were requested",
    46: '"{}" Invalid CreationDate',
    47: '"{}" Invalid UpdatedDate',
    53: "Feed ID list is missing",
    54: "Invalid Feed ID list format. Must be an array of feed IDs",
    56: "Invalid OrdersIdList format. Must use array format [1,2]",
    57: 'No attribute sets linked to the category "{}"',
    63: "The tracking code {} has already been used",
    70: "The SKU list is corrupt: a JSON array of SKUs is expected",
    73: "All order items must have status Pending or Ready To Ship. ({})",
    74: "Invalid sort direction.",
    75: "Invalid sort filter.",
    93: "The marketplace's own warehouse ships these order items. ({})",
    94: "Serial numbers specified incorrectly",
    95: "Invalid serial number format ({})",
    96: "Duplicate serial number among order items ({})",
    98: 'Invalid Webhook Callback Url, "{}"',
    99: 'Invalid Webhook Event Alias, "{}"',
    100: "Invalid Webhook ID",
    119: (
        "Some order items are not yet ready to be processed, please try again later. "
        "({})."
    ),
    121: "Invalid Packing ID",
    450: "The return of these order items is not allowed. ({})",
}
FORMAT_ERROR = "Format Error Detected"


@dataclass(frozen=True)
class Detail:
    """One remark about one field of a document.

    :param field: element name.
    :param message: what is wrong with it.
    :param value: what was sent.
    :param seller_sku: whose field it is, if known.
    """

    field: str
    message: str
    value: str = ""
    seller_sku: str = ""

    def as_node(self):
        """Build the node that an envelope carries for this remark.

        :return: element names and values.
        """
        return {
            "Field": self.field,
            "Message": self.message,
            "Value": self.value,
            "SellerSku": self.seller_sku,
        }


class ApiError(Exception):
    """A call is answered with an ErrorResponse."""

    def __init__(self, code, message, *, error_type=SENDER, details=()):
        """Store the parts of the answer.

        :param int code: 1000 for errors without a number of their own.
        :param str message: text as it goes out, code included.
        :param str error_type: `Sender` or `Platform`.
        :param details: the `Detail` remarks.
        """
        super().__init__(message)
        self.code = code
        self.message = message
        self.error_type = error_type
        self.details = tuple(details)

    @classmethod
    def from_fault(cls, fault):
        """Build the error that a fault of kind `error` asks for.

        :param fault: `Fault`.
        :return: `ApiError`.
        """
        details = [
            Detail(
                one.get("field", ""),
                one.get("message", ""),
                one.get("value", ""),
                one.get("sku", ""),
            )
            for one in fault["details"]
        ]
        return cls(
            fault["code"], fault["message"], error_type=fault["type"], details=details
        )

    @property
    def label(self):
        """Return the code as the documentation prints it."""
        return f"E{self.code:03d}" if self.code != 1000 else "1000"


def api_error(code, value=""):
    """Build the error for one of the numbered codes.

    :param int code: key of `MESSAGES`.
    :param value: what the message quotes.
    :return: the `ApiError` to raise.
    """
    return ApiError(code, f"E{code:03d}: {MESSAGES[code].format(value)}")


def format_error(details):
    """Build the error for a readable document with misplaced or missing parts.

    :param details: the `Detail` remarks; the answer holds the first ones only.
    :return: the `ApiError` to raise.
    """
    return ApiError(1000, FORMAT_ERROR, details=details[:MAX_ERROR_DETAILS])
