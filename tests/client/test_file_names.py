"""Names of files whose words come from outside."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iconic_connector.domain.file_names import file_name
from iconic_connector.seller_center.values import build_document


@pytest.mark.parametrize(
    "text, name",
    [
        ("label-815-WH/OUT/00001", "label-815-WH-OUT-00001"),
        ("../../etc/passwd", "etc-passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("a\r\nSet-Cookie: x", "a-Set-Cookie- x"),
        ("label?download=false#x", "label-download-false-x"),
        ("Größe 42", "Größe 42"),
        (".htaccess", "htaccess"),
        ("", "file"),
        ("///", "file"),
    ],
)
def test_what_means_something_elsewhere_is_replaced(text, name):
    assert file_name(text) == name


def test_an_extension_is_added():
    assert file_name("label-1/2", "pdf") == "label-1-2.pdf"


@given(st.text())
def test_no_name_leaves_its_folder_or_its_line(text):
    name = file_name(text, "pdf")
    assert not set(name) & set('/\\:;?#%&"<>|*\r\n\t\0')
    assert not name.startswith((".", " "))
    assert len(name) <= 124


@pytest.mark.parametrize(
    "told, kind",
    [
        ("application/pdf; charset=binary", "application/pdf"),
        ("Text/HTML", "text/html"),
        ("text/html\r\nX-Injected: 1", "application/pdf"),
        ("application/x-msdownload", "application/pdf"),
        ("", "application/pdf"),
    ],
)
def test_a_document_has_a_known_type_or_that_of_its_content(told, kind):
    assert build_document("shippingLabel", told, b"%PDF-1.4").mime_type == kind


def test_a_document_of_no_known_type_is_a_file():
    document = build_document("shippingLabel", "x/y\n", b"what is this")
    assert document.mime_type == "application/octet-stream"
    assert document.extension == "bin"
