"""Product sets: REST's view of the products that share a ParentSku."""

from dataclasses import dataclass

from .const import ACTIVE, DELETED, INACTIVE, QC_APPROVED, QC_PENDING, QC_REJECTED


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
        """Give the members that were not removed."""
        return tuple(one for one in self.members if not one.is_deleted)

    @property
    def head(self):
        """Give the member that speaks for all."""
        return (self.present or self.members)[0]

    @property
    def parent_sku(self):
        """Give the ParentSku, empty if no member names one."""
        named = any(one.parent_sku for one in self.members)
        return self.group if named else ""

    @property
    def created_at(self):
        """Give the time of its first member."""
        return min(one.created_at for one in self.members)

    @property
    def updated_at(self):
        """Give the time of its last change."""
        return max(one.updated_at for one in self.members)

    @property
    def status(self):
        """Give the liveliest status of its members."""
        found = {one.status for one in self.members}
        return next(one for one in (ACTIVE, INACTIVE, DELETED) if one in found)

    @property
    def qc_status(self):
        """Give what quality control says of it: the worst of its members counts."""
        found = {one.qc_status for one in self.present or self.members}
        order = (QC_REJECTED, QC_PENDING, QC_APPROVED)
        return next(one for one in order if one in found)

    @property
    def pictures(self):
        """Give the distinct pictures of its members, the main one first."""
        members = self.present or self.members
        found = {one.url: one for member in members for one in member.images}
        return tuple(found.values())


def all_sets(sandbox):
    """Give all product sets, the oldest first.

    :param sandbox: `Sandbox`.
    :return: list of `ProductSet`.
    """
    found = [_set(sandbox, group) for group in sandbox.groups.names()]
    return sorted(found, key=lambda one: one.created_at)


def find_set(sandbox, number):
    """Give the product set with a number.

    :param sandbox: `Sandbox`.
    :param int number: id.
    :return: `ProductSet`, or None.
    """
    group = sandbox.numbers.find("set", number)
    return _set(sandbox, group) if group and sandbox.groups.members(group) else None


def choose_sets(sandbox, numbers):
    """Give the product sets with some numbers; unknown ones are left out.

    :param sandbox: `Sandbox`.
    :param numbers: ids, None for all.
    :return: list of `ProductSet`.
    """
    if numbers is None:
        return all_sets(sandbox)
    found = [find_set(sandbox, number) for number in numbers]
    return [one for one in found if one]


def product_number(sandbox, product):
    """Give the id of a product, which never changes."""
    return sandbox.numbers.of("product", product.seller_sku)


def set_number(sandbox, product):
    """Give the id of the set that a product belongs to."""
    return sandbox.numbers.of("set", product.group)


def find_product(sandbox, number):
    """Give the product with a number.

    :return: `Product`, or None.
    """
    return sandbox.products.get(sandbox.numbers.find("product", number))


def _set(sandbox, group):
    members = sorted(sandbox.groups.members(group), key=lambda one: one.created_at)
    return ProductSet(sandbox.numbers.of("set", group), group, tuple(members))
