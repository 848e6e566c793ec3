"""Routes that tell what quality control says (SellerCenter REST, Quality Control)."""

from .const import QC_REJECTED
from .rest_registry import route
from .rest_sets import asked_sets


@route(
    "GET",
    "/v2/product-set/quality-control-status",
    action="GetQcStatus",
    query=("productSetIds[]",),
)
def quality_control_status(call):
    """List the states of sets that still have variations."""
    return [
        {
            "productSetId": one.number,
            "status": one.qc_status,
            "createdAt": one.updated_at,
        }
        for one in asked_sets(call)
        if one.present
    ]


@route(
    "GET",
    "/v2/product-quality-control/rejected",
    action="GetQcStatus",
    query=("productSetIds[]",),
)
def rejected(call):
    """List why sets were rejected."""
    return [
        {
            "productSetId": one.number,
            "rejectedReasons": _reasons(one),
            "qcComment": "",
        }
        for one in asked_sets(call, required=True)
        if one.present and one.qc_status == QC_REJECTED
    ]


def _reasons(one):
    rejected = [p for p in one.present if p.qc_status == QC_REJECTED]
    return list(dict.fromkeys(product.qc_reason for product in rejected))
