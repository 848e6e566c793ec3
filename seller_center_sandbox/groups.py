"""Which products belong together by their ParentSku, found without a search."""

from collections import defaultdict


class Groups:
    """Index of the products by the SKU that their variations share."""

    def __init__(self, products):
        """Start empty.

        :param dict products: the marketplace's products by SKU.
        """
        self._products = products
        self._skus = defaultdict(dict)

    def members(self, group):
        """Give the products of a group.

        :param str group: SKU that they share.
        :return: list of `Product`.
        """
        return [self._products[sku] for sku in self._skus.get(group, ())]

    def names(self):
        """Give the SKUs of all groups that have products."""
        return [name for name, skus in self._skus.items() if skus]

    def move(self, product, old_group):
        """Note the group of a product.

        :param product: `Product` as it is now.
        :param str old_group: the group that it was in.
        """
        self._skus[old_group].pop(product.seller_sku, None)
        self._skus[product.group][product.seller_sku] = True

    def clear(self):
        """Forget all groups."""
        self._skus.clear()
