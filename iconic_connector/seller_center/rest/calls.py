"""Reading and changing by REST v2: what its endpoints are called with."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..const import MAX_KEYS_LENGTH, MAX_KEYS_PER_CALL
from ..errors import Refused, Unreadable
from ..transport import Reply
from ..values import boolean, child, integer, text
from .access import RestAccess, query_string
from .answers import check_reply


class RestCalls(RestAccess):
    """The kinds of calls that all endpoints share."""

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Read, and read again while that may help.

        :param path: with its ids, below the API's address.
        :param params: a list becomes an array, None is left out.
        :return: the JSON data; fractions are Decimals.
        """
        data, _reply = self._read(path, params)
        return data

    def _get_page(
        self, path: str, params: Mapping[str, Any] | None, offset: int, limit: int
    ) -> tuple[list, int | None, bool | None]:
        """Read a page of a list (SellerCenter REST, Pagination).

        :return: the rows, the length of the whole list and whether there is more, each
            None if the marketplace does not say.
        """
        data = self._get(path, {**(params or {}), "limit": limit, "offset": offset})
        rows = rows_of(data)
        total = integer(data, "pagination", "totalCount")
        more = None if total is None else offset + len(rows) < total
        if text(data, "pagination", "hasNext"):
            more = more or boolean(data, "pagination", "hasNext")
        if len(rows) >= limit:
            # A full page proves nothing, whatever the marketplace counts.
            more = more or None
        return rows, total, more

    def _get_all(
        self,
        path: str,
        params: Mapping[str, Any] | None,
        limit: int,
        repeats: bool = False,
    ) -> list:
        """Read a list to its end, page by page.

        :param repeats: see `_read_all`.
        :raise NoProgress: if a page is repeated where that is no end.
        """

        def read_page(offset: int) -> tuple[list, bool | None]:
            rows, _total, more = self._get_page(path, params, offset, limit)
            return rows, more

        return self._read_all(read_page, repeats=repeats)

    def _get_keyed(
        self,
        path: str,
        name: str,
        keys: Iterable[object],
        limit: int | None = None,
        **params: Any,
    ) -> list:
        """Read the rows of many ids or SKUs, with as few calls as possible.

        :param name: the array parameter that names them.
        :param limit: rows on a page, None for a list without pages.
        :param params: what is asked beside the keys.
        """
        found: list = []
        for some in chunks(name, keys):
            asked = {**params, name: some}
            if limit is None:
                found.extend(rows_of(self._get(path, asked)))
            else:
                found.extend(self._get_all(path, asked, limit))
        return found

    def _change(
        self,
        method: str,
        path: str,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
    ) -> Any:
        """Change something; sent exactly once.

        :param body: JSON data.
        :return: the JSON data of the answer, None if it has none.
        :raise UnknownOutcome: if the change may have been made.
        """
        content = None if body is None else json.dumps(body).encode()
        reply = self._call(method, path, params, content)
        return self._parse(reply, path)

    def _download(self, address: str) -> tuple[bytes, str]:
        """Read a file.

        :param address: a path, or a link to a file of this Seller Center.
        :return: the file, and its media type in lower case.
        """
        path, query = self._own_path(address)
        reply = self._retry(lambda ends: self._file(path, query, ends))
        kind = reply.headers.get("Content-Type", "").partition(";")[0]
        return reply.content, kind.strip().lower()

    def _read(
        self, path: str, params: Mapping[str, Any] | None = None
    ) -> tuple[Any, Reply]:
        def ask(ends: float) -> tuple[Any, Reply]:
            reply = self._call("GET", path, params, ends=ends)
            data = self._parse(reply, path)
            if data is None:
                values = {"host": self._transport.host}
                raise Unreadable(reason="answer_missing", values=values)
            return data, reply

        return self._retry(ask)

    def _file(self, path: str, query: str, ends: float) -> Reply:
        reply = self._call("GET", path, query=query, ends=ends)
        check_reply(reply, host=self._transport.host, now=self._clock())
        return reply

    def _own_path(self, address: str) -> tuple[str, str]:
        """Return path and query of a file; the token goes to no other host."""
        try:
            parts = urlsplit(address)
            host = parts.hostname
        except ValueError:
            raise Refused(reason="bad_link") from None
        if host and host != self._transport.host:
            raise Refused(reason="foreign_link", values={"host": host})
        return parts.path, parts.query


def rows_of(data: Any) -> list:
    """Return the rows of a list, with or without pagination around it.

    :raise Unreadable: if there is no list.
    """
    rows = data if isinstance(data, list) else child(data, "items")
    if not isinstance(rows, list):
        raise Unreadable(reason="answer_no_list")
    return rows


def chunks(name: str, keys: Iterable[object]) -> Iterator[list]:
    """Yield distinct keys, as many at a time as one query may hold."""
    portion: list = []
    length = 0
    for key in dict.fromkeys(keys):
        size = len(query_string({name: [key]})) + 1
        full = len(portion) == MAX_KEYS_PER_CALL or length + size > MAX_KEYS_LENGTH
        if portion and full:
            yield portion
            portion, length = [], 0
        portion.append(key)
        length += size
    if portion:
        yield portion
