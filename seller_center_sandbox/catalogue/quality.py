"""Quality control: the marketplace reviews a product before shoppers see it.

pending --[has pictures, review is due]--> approved | rejected
rejected --[content or pictures changed]--> pending
"""

from datetime import timedelta

from ..core.const import QC_APPROVED, QC_PENDING, QC_REJECTED, QC_STATUSES

# Changes of price, stock and status need no review.
UNREVIEWED = {"price", "sale_price", "sale_start", "sale_end", "quantity", "status"}
DEFAULT_REASON = "The product does not meet the quality guidelines."


class QualityControl:
    """Reviews the products of a marketplace."""

    def __init__(self, sandbox):
        self._sandbox = sandbox
        self.planned = {}

    def schedule(self, product, changed=()):
        """Schedule the review of a changed product.

        :param product: `Product`, changed already.
        :param changed: names of the attributes that did.
        """
        if not set(changed) - UNREVIEWED:
            return
        if product.qc_status != QC_PENDING:
            product.data_changed = True
        if product.qc_status == QC_REJECTED:
            product.qc_status, product.qc_reason = QC_PENDING, ""
            product.qc_due = None
        if product.qc_status == QC_PENDING and product.images and not product.qc_due:
            delay = timedelta(seconds=self._sandbox.settings.review_delay)
            product.qc_due = self._sandbox.now() + delay

    def review_due(self):
        """Review the products whose review is due."""
        if not self._sandbox.settings.auto_review:
            return
        now = self._sandbox.now()
        for product in self._sandbox.products.values():
            if product.qc_due and product.qc_due <= now:
                if not product.is_deleted:
                    verdict = self.planned.pop(product.seller_sku, (QC_APPROVED, ""))
                    self._write(product, *verdict)

    def review(self, sku, status, reason=""):
        """Decide manually, now or as soon as the product is due.

        :param str sku: the product, which need not exist yet.
        :param str status: one of `QC_STATUSES`.
        :param str reason: why it is rejected.
        :raise ValueError: if the status is none.
        """
        if status not in QC_STATUSES:
            raise ValueError(f"status is one of: {', '.join(QC_STATUSES)}")
        if status == QC_REJECTED:
            reason = reason or DEFAULT_REASON
        product = self._sandbox.products.get(sku)
        if product and product.images and not product.is_deleted:
            self._write(product, status, reason)
        else:
            self.planned[sku] = (status, reason)

    def _write(self, product, status, reason):
        before = product.qc_status
        product.qc_status, product.qc_reason = status, reason
        product.qc_due, product.data_changed = None, False
        values = {"qc_status": (before, f"{status} {reason}".strip())}
        self._sandbox.record_change(product, "quality control", "Review", values)
