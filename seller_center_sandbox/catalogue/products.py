"""Products, the groups that share a ParentSku, and the product sets of REST."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from ..core import const
from ..core.const import ACTIVE, DELETED, INACTIVE, QC_APPROVED, QC_PENDING, QC_REJECTED


@dataclass(frozen=True)
class Picture:
    """A picture that the marketplace downloaded."""

    url: str
    checksum: str
    format: str
    width: int
    height: int
    size: int


@dataclass(frozen=True)
class Change:
    """One accepted change of a product.

    :param source: feed id, or who else did it.
    :param values: dict of field -> (before, after), as text.
    """

    at: datetime
    source: str
    action: str
    values: dict


@dataclass
class Product:
    """One SKU of the seller."""

    seller_sku: str
    shop_sku: str
    created_at: datetime
    updated_at: datetime
    parent_sku: str = ""
    status: str = ACTIVE
    name: str = ""
    variation: str = ""
    primary_category: str = ""
    categories: tuple = ()
    browse_nodes: str = ""
    description: str = ""
    brand: str = ""
    price: Decimal | None = None
    sale_price: Decimal | None = None
    sale_start: datetime | None = None
    sale_end: datetime | None = None
    tax_class: str = ""
    shipment_type: str = ""
    product_id: str = ""
    condition: str = ""
    product_group: str = ""
    volumetric_weight: Decimal | None = None
    attributes: dict = field(default_factory=dict)
    quantity: int = 0
    reserved: int = 0
    images: tuple = ()
    qc_status: str = QC_PENDING
    qc_reason: str = ""
    qc_due: datetime | None = None
    data_changed: bool = False
    history: list = field(default_factory=list)

    @property
    def is_deleted(self):
        """Return whether the seller removed it."""
        return self.status == DELETED

    @property
    def group(self):
        """Return the SKU that all variations of this product share."""
        return self.parent_sku or self.seller_sku

    @property
    def available(self):
        """Return what shoppers can still buy: the stock less what orders hold."""
        return self.quantity - self.reserved

    @property
    def is_published(self):
        """Return whether the product page is up, sold out or not."""
        approved = self.qc_status == QC_APPROVED
        return self.status == ACTIVE and approved and bool(self.images)

    @property
    def is_live(self):
        """Return whether shoppers can buy it."""
        return self.is_published and self.available > 0

    def sale_runs(self, now):
        """Return whether a sale price is set that has not ended."""
        return self.sale_price is not None and self.sale_end > now

    def charged(self, moment):
        """Return what a shopper pays at some moment, if nothing changes until then."""
        begun = self.sale_start is None or self.sale_start <= moment
        return self.sale_price if begun and self.sale_runs(moment) else self.price


class Groups:
    """Index of the products by the SKU that their variations share."""

    def __init__(self, products):
        """Start empty.

        :param dict products: the marketplace's products by SKU.
        """
        self._products = products
        self._skus = defaultdict(dict)

    def members(self, group):
        """Return the products of a group.

        :param str group: SKU that they share.
        :return: list of `Product`.
        """
        return [self._products[sku] for sku in self._skus.get(group, ())]

    def names(self):
        """Return the SKUs of all groups that have products."""
        return [name for name, skus in self._skus.items() if skus]

    def move(self, product, old_group):
        """Update the group of a product.

        :param product: `Product` as it is now.
        :param str old_group: the group that it was in.
        """
        self._skus[old_group].pop(product.seller_sku, None)
        self._skus[product.group][product.seller_sku] = True

    def remove(self, product):
        """Forget a product that is no longer known.

        :param product: `Product`.
        """
        self._skus[product.group].pop(product.seller_sku, None)

    def clear(self):
        """Drop all groups."""
        self._skus.clear()


FILTERS = {
    "all": lambda product: True,
    "live": lambda product: product.is_live,
    "active": lambda product: product.status == const.ACTIVE,
    "inactive": lambda product: product.status == const.INACTIVE,
    "deleted": lambda product: product.is_deleted,
    "image-missing": lambda product: not product.is_deleted and not product.images,
    "pending": lambda product: _has_qc_status(product, const.QC_PENDING),
    "rejected": lambda product: _has_qc_status(product, const.QC_REJECTED),
    "sold-out": lambda product: not product.is_deleted and product.available <= 0,
}


def _has_qc_status(product, status):
    return not product.is_deleted and product.qc_status == status


@dataclass(frozen=True)
class ProductSet:
    """The variations of one product.

    :param number: id, which stays the same as long as there is one of them.
    :param group: the SKU that they share.
    :param members: `Product` records in the order they were created, never empty.
    """

    number: int
    group: str
    members: tuple

    @property
    def present(self):
        """Return the members that were not removed."""
        return tuple(one for one in self.members if not one.is_deleted)

    @property
    def head(self):
        """Return the member whose data represent the set."""
        return (self.present or self.members)[0]

    @property
    def parent_sku(self):
        """Return the ParentSku, empty if no member names one."""
        named = any(one.parent_sku for one in self.members)
        return self.group if named else ""

    @property
    def created_at(self):
        """Return the time of its first member."""
        return min(one.created_at for one in self.members)

    @property
    def updated_at(self):
        """Return the time of its last change."""
        return max(one.updated_at for one in self.members)

    @property
    def status(self):
        """Return the most active status of its members."""
        found = {one.status for one in self.members}
        return next(one for one in (ACTIVE, INACTIVE, DELETED) if one in found)

    @property
    def qc_status(self):
        """Return what quality control says of it: the worst of its members counts."""
        found = {one.qc_status for one in self.present or self.members}
        order = (QC_REJECTED, QC_PENDING, QC_APPROVED)
        return next(one for one in order if one in found)

    @property
    def pictures(self):
        """Return the distinct pictures of its members, the main one first."""
        members = self.present or self.members
        found = {one.url: one for member in members for one in member.images}
        return tuple(found.values())


def all_sets(sandbox):
    """Return all product sets, the oldest first.

    :param sandbox: `Sandbox`.
    :return: list of `ProductSet`.
    """
    found = [_set(sandbox, group) for group in sandbox.groups.names()]
    return sorted(found, key=lambda one: one.created_at)


def find_set(sandbox, number):
    """Return the product set with a number.

    :param sandbox: `Sandbox`.
    :param int number: id.
    :return: `ProductSet`, or None.
    """
    group = sandbox.numbers.find("set", number)
    return _set(sandbox, group) if group and sandbox.groups.members(group) else None


def choose_sets(sandbox, numbers):
    """Return the product sets with some numbers; unknown ones are left out.

    :param sandbox: `Sandbox`.
    :param numbers: ids, None for all.
    :return: list of `ProductSet`.
    """
    if numbers is None:
        return all_sets(sandbox)
    found = [find_set(sandbox, number) for number in numbers]
    return [one for one in found if one]


def product_number(sandbox, product):
    """Return the id of a product, which never changes."""
    return sandbox.numbers.of("product", product.seller_sku)


def set_number(sandbox, product):
    """Return the id of the set that a product belongs to."""
    return sandbox.numbers.of("set", product.group)


def find_product(sandbox, number):
    """Return the product with a number.

    :return: `Product`, or None.
    """
    return sandbox.products.get(sandbox.numbers.find("product", number))


def _set(sandbox, group):
    members = sorted(sandbox.groups.members(group), key=lambda one: one.created_at)
    return ProductSet(sandbox.numbers.of("set", group), group, tuple(members))
