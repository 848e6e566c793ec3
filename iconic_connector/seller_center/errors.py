"""What can go wrong with a call: one tree, its branches told apart by what to do next.

    SellerCenterError
     +- NotAccepted        surely not taken: try again later
     |   +- Throttled      too many calls
     |   +- Maintenance    the marketplace is closed for maintenance
     |   +- Unreachable    nothing was sent: no address, refused connection, TLS
     |   +- NotReady       not there yet, as a label just after the order was packed
     +- AccessRefused      key, clock, role, shop or address: a person has to fix it
     +- Refused            this one call was declined, whatever the others do
     |   +- NotOffered     the shop does not offer what was asked for
     +- UnknownOutcome     nobody knows whether it was taken: look before repeating
         +- Unreadable     something was answered that cannot be read, a single
         |                 value of it perhaps (UnreadableValue)
         +- NoProgress     a list repeats a page, so that its end cannot be read

A user reads a sentence of `USER_MESSAGES`, which can be translated, or what the
marketplace itself said, which cannot. ``str(error)`` adds the technical detail. No
text holds a key, a token or a signed URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from .records import FeedMessage

# "Could not save product: An exact match of the document is being processed, <feed id>"
# (product feeds spec, Error Response).
DUPLICATE = re.compile(
    r"exact match of the document is being processed,\s*([0-9a-z][0-9a-z-]*)", re.I
)


def _lt(sentence: str) -> str:
    """Mark a sentence as one to translate, by whoever shows it."""
    return sentence


# What a user reads, by the reason of an error. The one place of these sentences.
USER_MESSAGES: dict[str, str] = {
    # The address of Seller Center.
    "bad_address": _lt(
        "The address of Seller Center is not a web address. Give one like "
        "https://sellercenter-api.theiconic.com.au."
    ),
    "bad_address_of_host": _lt(
        "The address of Seller Center is not a web address: %(host)s."
    ),
    "address_without_https": _lt("The address of %(host)s has to begin with https://."),
    "https_wanted": _lt("The marketplace wants an address that begins with https://."),
    "wrong_host": _lt(
        "This address does not answer as a Seller Center. Check the address on the "
        "account."
    ),
    # The connection.
    "unreachable": _lt(
        "%(host)s cannot be reached. Check the address of Seller Center and this "
        "server's connection to the internet."
    ),
    "unreachable_proxy": _lt(
        "%(host)s cannot be reached, because the proxy of this server did not let the "
        "connection through."
    ),
    "unreachable_tls": _lt(
        "No secure connection to %(host)s could be made. Check the address of Seller "
        "Center, the clock and the certificates of this server."
    ),
    "timed_out": _lt("%(host)s took too long to answer."),
    "broken_off": _lt(
        "The connection to %(host)s broke off or the answer took too long."
    ),
    "throttled": _lt(
        "The marketplace takes no more calls for the moment. Try again later."
    ),
    "maintenance": _lt("%(host)s is closed for maintenance. Try again later."),
    "server_problem": _lt("%(host)s had a problem of its own (HTTP %(status)s)."),
    "internal_error": _lt("The marketplace had a problem of its own: %(message)s"),
    # Answers that cannot be read.
    "answer_too_long": _lt("The answer of %(host)s is too long to read."),
    "answer_missing": _lt("%(host)s answered with nothing."),
    "answer_empty": _lt(
        "%(host)s answered with an empty answer, so that its answer could not be read."
    ),
    "answer_html": _lt(
        "%(host)s answered with an HTML page, so that its answer could not be read."
    ),
    "answer_foreign": _lt(
        "%(host)s answered with something that is no SellerCenter answer, so that its "
        "answer could not be read."
    ),
    "answer_redirect": _lt(
        "%(host)s sent the call on to another address instead of answering it."
    ),
    "answer_broken_json": _lt(
        "%(host)s answered with broken JSON, so that its answer could not be read."
    ),
    "answer_broken_xml": _lt(
        "%(host)s answered with broken XML, so that its answer could not be read."
    ),
    "answer_doctype": _lt(
        "%(host)s answered with XML with a document type, which is not read, so that "
        "its answer could not be read."
    ),
    "answer_no_json": _lt(
        "%(host)s answered with something that is no JSON, so that its answer could "
        "not be read."
    ),
    "value_not_a_number": _lt("%(field)s is not a number: “%(value)s”."),
    "value_out_of_range": _lt("%(field)s is out of any sensible range: “%(value)s”."),
    "value_negative": _lt("%(field)s is negative: %(value)s."),
    "value_not_an_id": _lt("%(field)s cannot be an ID: “%(value)s”."),
    "value_missing": _lt("%(field)s is missing."),
    "value_twice": _lt("%(field)s “%(value)s” comes twice, with other values."),
    "no_variations": _lt("The answer names none of its variations."),
    "no_items": _lt("The answer names none of its items."),
    "record_missing": _lt("There is nothing, where a record belongs."),
    "record_no_record": _lt("There is “%(value)s”, where a record belongs."),
    "record_unreadable": _lt(
        "What the marketplace says about %(record)s cannot be read: %(problem)s"
    ),
    "answer_no_list": _lt("The marketplace answered with no list where one belongs."),
    "no_progress": _lt(
        "%(host)s repeats a page of a list, so that the list could not be read to its "
        "end."
    ),
    # Access by user ID and API key.
    "missing_user_id": _lt("Fill in the user ID of the account."),
    "missing_api_key": _lt("Fill in the API key of the account."),
    "wrong_key": _lt(
        "The API key or the user ID is wrong. Copy both again from Seller Center, "
        "Settings > Integration Management."
    ),
    "wrong_role": _lt(
        "This Seller Center user is not allowed to do this. Give the user the role "
        "Seller API Access in Seller Center."
    ),
    "clock": _lt(
        "The marketplace did not accept the time of the request. Check that the clock "
        "of this server is right."
    ),
    "clock_ahead": _lt(
        "The clock of this server is %(minutes)s minutes ahead of the marketplace's. "
        "Let a time service (NTP) set it."
    ),
    "clock_behind": _lt(
        "The clock of this server is %(minutes)s minutes behind the marketplace's. Let "
        "a time service (NTP) set it."
    ),
    "wrong_version": _lt("The marketplace does not accept this version of its API."),
    "no_version": _lt(
        "The marketplace accepts none of the versions %(versions)s of its API."
    ),
    "missing_parameter": _lt("The marketplace misses a parameter in the request."),
    "unknown_action": _lt("The marketplace does not offer this action."),
    "not_offered": _lt("The marketplace does not offer this to this shop."),
    "too_big": _lt(
        "The request is too big for the marketplace. Send fewer products at once."
    ),
    # Access by an OAuth application.
    "missing_application_id": _lt("Fill in the application ID of the account."),
    "missing_application_secret": _lt("Fill in the application secret of the account."),
    "wrong_application": _lt(
        "The application ID or the application secret is wrong. Copy both again from "
        "Seller Center, Settings > Integration Management > OAuth Applications."
    ),
    "wrong_token": _lt(
        "The marketplace does not accept the OAuth application. Check in Seller "
        "Center, Settings > Integration Management > OAuth Applications, that it is "
        "still there and that its user is active."
    ),
    "wrong_token_address": _lt(
        "%(address)s does not hand out access tokens. Check the token address on the "
        "account."
    ),
    "unreadable_token": _lt(
        "%(address)s answered with something that is no access token."
    ),
    "no_token": _lt("No access token could be had: %(problem)s"),
    "unknown_shop": _lt("The marketplace does not say which shop this is."),
    "unknown_shop_because": _lt(
        "The marketplace does not say which shop this is: %(problem)s"
    ),
    "other_shop": _lt(
        "The OAuth application speaks for the shop %(shop)s now, but this account "
        "belongs to shop %(wanted)s. Make that shop active again in Seller Center, or "
        "use an application of a user who has only this shop."
    ),
    # Refusals without a sentence of the marketplace's own, by HTTP status.
    "refused": _lt("The marketplace refused without saying why."),
    "refused_malformed": _lt(
        "The marketplace could not make sense of the request and does not say why."
    ),
    "refused_not_found": _lt(
        "The marketplace does not have what this request is about."
    ),
    "refused_conflict": _lt(
        "The marketplace refused, because this does not fit what it has now."
    ),
    "refused_values": _lt(
        "The marketplace refused a value in the request and does not say which."
    ),
    # Feeds.
    "no_feed_id": _lt(
        "The marketplace accepted the feed but did not say under which number."
    ),
    "stock_not_sent": _lt(
        "The marketplace answered about the quantity of product %(id)s, which was not "
        "sent."
    ),
    "action_stock": _lt(
        "The classic API cannot set quantities at once. Send them in a feed."
    ),
    "no_feed": _lt("The marketplace says nothing about feed %(feed)s."),
    # Orders.
    "bad_id": _lt(
        "“%(id)s” is no number of an order or an item. Read the order again."
    ),
    "no_order": _lt("The marketplace has no order %(order)s."),
    "unknown_status": _lt("The marketplace knows no state “%(status)s” of orders."),
    "action_status": _lt(
        "The Action API finds no orders by the state “%(status)s”. Ask for orders of "
        "all states instead."
    ),
    "action_numbers": _lt(
        "The Action API finds no orders by number. Ask for the days of the orders "
        "instead."
    ),
    "action_returns": _lt(
        "The Action API decides no returns. Do it in Seller Center, or connect the "
        "account with an OAuth application."
    ),
    "action_tracking": _lt(
        "The Action API cannot change a tracking number that it has. Change it in "
        "Seller Center."
    ),
    "unknown_delivery_type": _lt(
        "The marketplace knows no delivery type “%(type)s”. Choose dropship, pickup or "
        "send_to_warehouse."
    ),
    "missing_reason": _lt("Choose one of the marketplace's failure reasons."),
    "missing_invoice_number": _lt("Give the number of the invoice."),
    "missing_tracking_number": _lt("Give the tracking number."),
    # Documents about orders.
    "action_document": _lt("The Action API makes no document “%(type)s”."),
    "unknown_document": _lt("The marketplace makes no document “%(type)s”."),
    "unknown_format": _lt("The marketplace makes no documents in “%(format)s”."),
    "missing_items": _lt("Name the items that the document is about."),
    "document_not_ready": _lt("The marketplace has not made the document yet."),
    "document_without_id": _lt(
        "The marketplace makes the document but did not say under which number."
    ),
    "document_expired": _lt(
        "The marketplace keeps the document no longer. Ask for it again."
    ),
    "document_failed": _lt("The marketplace could not make the document."),
    "document_failed_because": _lt(
        "The marketplace could not make the document: %(note)s"
    ),
    "document_nowhere": _lt("The marketplace does not say where the document is."),
    "bad_link": _lt("The link to the file is no web address."),
    "foreign_link": _lt("The file is at %(host)s, outside Seller Center."),
    # Documents that cannot be written, see `documents.DocumentError`.
    "bad_element": _lt("%(sku)s: %(element)s: %(problem)s"),
    "bad_sku": _lt(
        "The SKU %(sku)s is empty, begins or ends with a blank, or holds a control "
        "character."
    ),
    "bad_picture_count": _lt(
        "%(sku)s: %(count)s pictures, but 1 to %(limit)s are allowed."
    ),
    "bad_amount": _lt("%(value)s is no amount of money."),
    "bad_product_id": _lt(
        "%(sku)s: %(id)s is not the number of a product at the marketplace."
    ),
    "too_many_quantities": _lt(
        "%(count)s quantities, but at most %(limit)s can be set at once."
    ),
    "bad_number": _lt("%(value)s is not a whole number from 0 up."),
    "bad_time": _lt("%(value)s has no time zone."),
    "bad_attribute": _lt(
        "the attribute %(name)s cannot be sent: its FeedName is no XML name."
    ),
    "nothing_to_send": _lt("There is nothing to send."),
    # Webhooks.
    "webhook_without_id": _lt(
        "The marketplace registered the webhook but did not say under which id."
    ),
}


class Explained(Exception):
    """An error with a sentence for the user, apart from what a log says.

    :param message: what the marketplace itself said, or a sentence of the caller's.
    :param reason: the key of the sentence in `USER_MESSAGES`, empty if `message` is
        all that there is to say.
    :param values: the placeholders of the sentence; one may be another error.
    :param detail: what only an expert needs, such as the HTTP status.
    """

    def __init__(
        self,
        message: str = "",
        *,
        reason: str = "",
        values: Mapping[str, Any] | None = None,
        detail: str = "",
    ):
        self.message = message
        self.reason = reason
        self.values = dict(values or {})
        self.detail = detail
        super().__init__(self.describe())

    @property
    def user_message(self) -> str:
        """The sentence for the user, in English and without technical detail."""
        return self._sentence(USER_MESSAGES)

    def describe(self, sentences: Mapping[str, str] | None = None) -> str:
        """Return the sentence for the user, with the technical detail in brackets.

        :param sentences: reason -> sentence, for another language than English.
        """
        sentence = self._sentence(sentences or USER_MESSAGES)
        return f"{sentence} ({self.detail})" if self.detail else sentence

    def _sentence(self, sentences: Mapping[str, str]) -> str:
        if not self.reason:
            return self.message
        sentence = sentences.get(self.reason) or USER_MESSAGES[self.reason]
        return sentence % {
            name: value.describe(sentences) if isinstance(value, Explained) else value
            for name, value in self.values.items()
        }


class SellerCenterError(Explained):
    """A call to the marketplace that did not end with success.

    :param code: the ErrorCode as the marketplace wrote it, if it gave one.
    :param error_type: the ErrorType, ``Sender`` or ``Platform``; over REST the title.
    :param details: what the marketplace says about single fields and SKUs.

    ``done`` holds the ids of order items that went through before the error, of a
    method that makes one call for each.
    """

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        error_type: str = "",
        details: Iterable[FeedMessage] = (),
        **explanation,
    ):
        super().__init__(message, **explanation)
        self.code = code
        self.error_type = error_type
        self.details = tuple(details)
        self.done: tuple[str, ...] = ()

    @classmethod
    def like(cls, error: SellerCenterError) -> SellerCenterError:
        """Return an error of this class that says the same as another one."""
        return cls(
            error.message,
            reason=error.reason,
            values=error.values,
            detail=error.detail,
            code=error.code,
            details=error.details,
        )


class NotAccepted(SellerCenterError):
    """The marketplace surely did not take the request; it may be sent again later.

    :param retry_after: seconds the marketplace asks to wait, None if it does not say.
    """

    def __init__(
        self, message: str = "", *, retry_after: float | None = None, **kwargs
    ):
        super().__init__(message, **kwargs)
        self.retry_after = retry_after


class Throttled(NotAccepted):
    """Too many calls (HTTP 429, E429)."""


class Maintenance(NotAccepted):
    """The marketplace is closed for the moment (HTTP 503)."""


class Unreachable(NotAccepted):
    """No connection was made, or it broke before any of the document was sent."""


class NotReady(NotAccepted):
    """What was asked for does not exist yet; ask again later (E034, E119)."""


class AccessRefused(SellerCenterError):
    """The marketplace does not let this account in; trying again will not help.

    :param cause: what has to be fixed: ``key``, ``user``, ``application``, ``shop``,
        ``clock``, ``role``, ``host``, ``version`` or ``request``.
    """

    def __init__(self, message: str = "", *, cause: str, **kwargs):
        super().__init__(message, **kwargs)
        self.cause = cause


class Refused(SellerCenterError):
    """The marketplace understood the request and declined it."""

    def joined(self, sentences: Mapping[str, str] | None = None) -> str:
        """Return type, code and message in one line (product feeds spec).

        :param sentences: as for `describe`.
        """
        parts = (self.error_type, self.code, self.describe(sentences))
        return " ".join(filter(None, parts))

    @property
    def duplicate_of(self) -> str:
        """The id of the feed with the same document, empty if there is none."""
        found = DUPLICATE.search(self.message)
        return found.group(1) if found else ""

    @property
    def number(self) -> int | None:
        """The error code as a number: 34 for ``34`` and ``E034``, None without one."""
        return error_number(self.code, self.message)


class NotOffered(Refused):
    """The shop does not offer this (E008, or 404 where an offer would be found)."""


class UnknownOutcome(SellerCenterError):
    """The request may or may not have been taken. Never repeat it blindly."""


class Unreadable(UnknownOutcome):
    """An answer came that cannot be read; a change may have been taken."""


class UnreadableValue(Unreadable):
    """A value in an answer that is not what it has to be. It never becomes 0."""


class NoProgress(UnknownOutcome):
    """A list repeats a page instead of going on: what follows it stays unknown."""


def error_number(code: str, message: str) -> int | None:
    """Read the number of an error.

    :param code: as ``7`` or ``E007``.
    :param message: which begins with ``E007:`` in answers without a code.
    :return: None if neither tells it.
    """
    found = re.match(r"E?0*([0-9]{1,6})", code)
    found = found or re.match(r"E0*([0-9]{1,6}):", message)
    return int(found.group(1)) if found else None
