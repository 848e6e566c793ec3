"""Reading of the tables that REST takes in place of XML: removals and pictures.

Semicolons between the cells, a head line, UTF-8. What makes a table unreadable as a
whole is refused at once; everything that concerns one product is left to processing.
"""

import csv
from io import StringIO

from .const import MAX_IMAGES
from .documents import Entry, check_whole
from .errors import Detail, format_error, refusal

SKU_COLUMN = "SellerSku"
IMAGE_COLUMNS = ("MainImage", *(f"Image{place}" for place in range(2, MAX_IMAGES + 1)))
COLUMNS = {"ProductRemove": (), "Image": IMAGE_COLUMNS}


def parse_table(action, payload):
    """Read a table.

    :param str action: ProductRemove or Image.
    :param bytes payload: CSV.
    :return: tuple of entries.
    :raise ApiError: if it is empty, unreadable or wrongly built.
    """
    head, *lines = _lines(payload)
    names = COLUMNS[action]
    _check(head, lines, names)
    entries = tuple(_entry(dict(zip(head, line, strict=True)), names) for line in lines)
    check_whole(entries)
    return entries


def _check(head, lines, names):
    problems = [
        Detail(name, "The column is unknown")
        for name in head
        if name not in (SKU_COLUMN, *names)
    ]
    if SKU_COLUMN not in head or len(set(head)) < len(head):
        message = f"The head line must name {SKU_COLUMN}, and no column twice"
        problems.append(Detail(SKU_COLUMN, message, ";".join(head)))
    problems += [
        Detail("Line", "The line has not as many cells as the head", ";".join(line))
        for line in lines
        if len(line) != len(head)
    ]
    if problems:
        raise format_error(problems)
    if not lines:
        raise refusal(30)


def _lines(payload):
    try:
        text = payload.decode("utf-8-sig")
        lines = [
            [cell.strip() for cell in line]
            for line in csv.reader(StringIO(text, newline=""), delimiter=";")
            if any(cell.strip() for cell in line)
        ]
    except (UnicodeDecodeError, csv.Error) as error:
        raise refusal(5) from error
    if not lines:
        raise refusal(30)
    return lines


def _entry(cells, names):
    urls = tuple(cells[name] for name in names if cells.get(name))
    return Entry(cells[SKU_COLUMN], urls=urls)
