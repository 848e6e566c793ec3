"""Documents of orders, and webhooks about them."""

import base64
import re

import pytest
from ordering import gift, ids, many, moved, place, ready

DOCUMENT = "Body/Documents/Document"


@pytest.fixture
def parcel(seller):
    """The ids of items that are ready to ship."""
    item_ids = ids(place(seller, gift(), customer={"last_name": "O'Hara (née Ó)"}))
    assert ready(seller, item_ids).accepted
    return item_ids


def document(seller, item_ids, kind="invoice"):
    return seller.call("GetDocument", OrderItemIds=many(item_ids), DocumentType=kind)


def content(answer):
    assert answer.accepted, answer["Head/ErrorMessage"]
    return base64.b64decode(answer[f"{DOCUMENT}/File"])


def test_a_document_is_a_readable_pdf(seller, parcel):
    answer = document(seller, parcel, "shippingLabel")
    assert answer[f"{DOCUMENT}/DocumentType"] == "shippingLabel"
    assert answer[f"{DOCUMENT}/MimeType"] == "application/pdf"
    pdf = content(answer)
    assert pdf.startswith(b"%PDF-1.4")
    assert pdf.endswith(b"%%EOF\n")
    assert b"(Shipping label)" in pdf
    assert b"TRACK001" in pdf
    assert "O'Hara \\(née Ó\\)".encode("cp1252") in pdf


def test_the_parts_of_a_pdf_are_where_its_table_says(seller, parcel):
    pdf = content(document(seller, parcel))
    start = int(re.search(rb"startxref\n(\d+)\n", pdf)[1])
    assert pdf[start:].startswith(b"xref\n")
    offsets = re.findall(rb"(\d{10}) 00000 n", pdf)
    for number, offset in enumerate(offsets, 1):
        assert pdf[int(offset) :].startswith(b"%d 0 obj" % number)
    length = int(re.search(rb"/Length (\d+)", pdf)[1])
    stream = pdf[pdf.index(b"stream\n") + 7 :]
    assert stream[length:].startswith(b"\nendstream")


def test_a_long_document_has_several_pages(seller):
    item_ids = ids(place(seller, gift(quantity=60)))
    ready(seller, item_ids)
    pdf = content(document(seller, item_ids))
    assert pdf.count(b"/Type /Page ") > 1


def test_a_shop_may_write_html(seller, parcel):
    seller.control("POST", "settings", document_format="html")
    answer = document(seller, parcel)
    assert answer[f"{DOCUMENT}/MimeType"] == "text/html"
    html = content(answer).decode()
    assert "<h1>Tax invoice</h1>" in html
    assert "Gift box" in html


def test_what_a_shopper_wrote_cannot_break_out_of_a_document(seller):
    item_ids = ids(place(seller, gift(), customer={"city": "<script>x</script>"}))
    ready(seller, item_ids)
    seller.control("POST", "settings", document_format="html")
    assert b"<script>" not in content(document(seller, item_ids))


def test_a_masked_customer_stays_masked_in_documents(seller):
    item_ids = ids(place(seller, gift(), masked=True))
    ready(seller, item_ids)
    pdf = content(document(seller, item_ids))
    assert b"Matilda" not in pdf
    assert b"#####" in pdf


def test_documents_come_after_packing(seller):
    item_ids = ids(place(seller, gift()))
    assert document(seller, item_ids).code == "34"
    moved(seller, item_ids, "ready_to_ship")
    assert document(seller, item_ids).accepted


def test_wrong_questions_for_documents_are_refused(seller, parcel):
    assert document(seller, parcel, "poster").code == "32"
    assert document(seller, [1]).code == "20"
    assert seller.call("GetDocument", DocumentType="invoice").code == "1"
    assert seller.call("GetDocument", OrderItemIds=many(parcel)).code == "1"


def test_a_document_may_have_to_be_asked_for_again(seller, parcel):
    seller.control("POST", "settings", document_polls=2)
    assert [document(seller, parcel).code for _ in range(3)] == ["119", "119", ""]
    assert document(seller, parcel).accepted
    assert document(seller, parcel, "shippingLabel").code == "119"


def test_a_document_may_take_its_time(seller, sandbox, parcel):
    seller.control("POST", "settings", document_delay=60)
    assert document(seller, parcel).code == "119"
    seller.control("POST", "settings", document_delay=0)
    assert document(seller, parcel).accepted


@pytest.mark.parametrize(
    "values", [{"document_format": "docx"}, {"document_delay": -1}], ids=str
)
def test_settings_of_documents_are_checked(seller, values):
    assert seller.control("POST", "settings", **values).status_code == 400
