"""Processing of the entries of a feed: products are created, changed, removed."""

import copy
import uuid
from dataclasses import fields
from datetime import datetime

from ..core.const import ACTIVE, DELETED, MAX_IMAGES, QC_PENDING
from .images import ImageRefused
from .products import Product
from .validation import Validator

# What a change is never reported for.
_SILENT = {"seller_sku", "shop_sku", "created_at", "updated_at", "history"}
_SILENT |= {"qc_status", "qc_reason", "qc_due", "data_changed", "reserved"}


class RecordError(Exception):
    """An entry is refused; carries one or more messages."""

    def __init__(self, *messages):
        super().__init__(*messages)
        self.messages = messages


class Processor:
    """Applies the entries of one feed, one after the other."""

    def __init__(self, sandbox, feed):
        """Prepare for a feed; pictures are fetched here, before anything is locked.

        :param sandbox: the `Sandbox`.
        :param feed: its `Feed`.
        """
        self.sandbox = sandbox
        self.feed = feed
        self.validator = Validator(sandbox.taxonomy, sandbox.now(), sandbox.zone)
        self._apply = getattr(self, f"_{feed.basic_action.lower()}")
        self.pictures = self._fetch_pictures()

    def apply(self, entry):
        """Apply one entry.

        :param entry: `Entry` of the feed.
        :return: list of warnings.
        :raise RecordError: if nothing of it was applied.
        """
        return self._apply(entry) or []

    def _fetch_pictures(self):
        if self.feed.action != "Image":
            return {}
        useful = [one for one in self.feed.entries if len(one.urls) <= MAX_IMAGES]
        return self.sandbox.images.fetch_all(url for one in useful for url in one.urls)

    def _productcreate(self, entry):
        known = self.sandbox.products.get(entry.seller_sku)
        if known and not known.is_deleted:
            raise RecordError(
                f"Product with SellerSku '{entry.seller_sku}' already exists"
            )
        product = self._new_product(entry.seller_sku, known)
        reading = self.validator.read(entry, creating=True)
        self._change(product, reading, creating=True)
        before = known or Product(
            entry.seller_sku, "", product.created_at, product.updated_at, status=""
        )
        self.sandbox.products[entry.seller_sku] = product
        self._record(product, before)
        return reading.warnings

    def _new_product(self, sku, removed):
        """Return an empty product, with the ids and history of a removed one."""
        now = self.sandbox.now()
        if not removed:
            return Product(sku, _shop_sku(), now, now)
        return Product(
            sku, removed.shop_sku, removed.created_at, now, history=removed.history
        )

    def _productupdate(self, entry):
        known = self._existing(entry.seller_sku)
        reading = self.validator.read(entry, creating=False)
        if known.is_deleted and reading.changes.get("status", DELETED) == DELETED:
            raise RecordError(
                f"Product with SellerSku '{entry.seller_sku}' was removed"
            )
        product = copy.copy(known)
        self._change(product, reading, creating=False)
        self.sandbox.products[entry.seller_sku] = product
        self._record(product, known)
        return reading.warnings

    def _productremove(self, entry):
        product = self.sandbox.products.get(entry.seller_sku)
        if not product or product.is_deleted:
            raise RecordError(
                "Could not remove product: "
                f"SellerSku '{entry.seller_sku}' was not found"
            )
        before = copy.copy(product)
        product.status = DELETED
        self._record(product, before)

    def _image(self, entry):
        product = self._existing(entry.seller_sku)
        if product.is_deleted:
            raise RecordError(
                f"Product with SellerSku '{entry.seller_sku}' was removed"
            )
        if not 1 <= len(entry.urls) <= MAX_IMAGES:
            raise RecordError(f"1 to {MAX_IMAGES} images are allowed")
        found = [self.pictures[url] for url in entry.urls]
        problems = [
            f"Image {url} was refused: {one}"
            for url, one in zip(entry.urls, found, strict=True)
            if isinstance(one, ImageRefused)
        ]
        if problems:
            raise RecordError(*problems)
        before = copy.copy(product)
        product.images = tuple(found)
        self._record(product, before)

    def _existing(self, sku):
        if sku not in self.sandbox.products:
            raise RecordError(f"Product with SellerSku '{sku}' does not exist")
        return self.sandbox.products[sku]

    def _change(self, product, reading, *, creating):
        """Apply a reading to a copy of the product, and check the result."""
        for name, value in reading.changes.items():
            setattr(product, name, value)
        product.attributes = {**product.attributes, **reading.attributes}
        self.validator.check(product, reading, creating=creating)
        self._check_group(product, reading)
        if reading.errors:
            raise RecordError(*reading.errors)
        product.attributes = self.validator.known_attributes(product)

    def _check_group(self, product, reading):
        if product.is_deleted or not product.variation:
            return
        for other in self.sandbox.groups.members(product.group):
            if other.seller_sku != product.seller_sku and not other.is_deleted:
                if other.variation == product.variation:
                    reading.errors.append(
                        f"Field Variation: '{product.variation}' is taken by SellerSku "
                        f"'{other.seller_sku}' of the same ParentSku"
                    )

    def _record(self, product, before):
        changes = differences(before, product)
        product.updated_at = self.sandbox.now()
        if product.status == ACTIVE and before.status == DELETED:
            product.qc_status, product.qc_due = QC_PENDING, None
        self.sandbox.groups.move(product, before.group)
        self.sandbox.quality.schedule(product, changes)
        self.sandbox.record_change(product, self.feed.id, self.feed.action, changes)


def set_quantity(sandbox, product, quantity, source):
    """Set the stock of a product without a feed.

    :param sandbox: the `Sandbox`.
    :param product: its `Product`.
    :param int quantity: the new stock.
    :param str source: who did it.
    """
    before = copy.copy(product)
    product.quantity = quantity
    product.updated_at = sandbox.now()
    changes = differences(before, product)
    sandbox.record_change(product, source, "SetStock", changes)


def differences(before, after):
    """List what differs between two states of a product.

    :param before: `Product`.
    :param after: `Product`.
    :return: dict of field -> (before, after), as text.
    """
    changes = {}
    for one in fields(Product):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if one.name not in _SILENT and old != new:
            changes[one.name] = (as_text(old), as_text(new))
    return changes


def as_text(value):
    """Write a value of a product for people.

    :param value: any of the values a `Product` holds.
    :return: text, empty for nothing.
    """
    if value in (None, "", (), {}):
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    if isinstance(value, tuple):
        return ", ".join(getattr(one, "url", one) for one in value)
    return str(value)


def _shop_sku():
    return f"SB{uuid.uuid4().hex[:12].upper()}"
