"""Lists that are too long for one page."""

from urllib.parse import urlencode


class Paging:
    """A page of a list, and the addresses of the pages around it."""

    def __init__(self, request, records, size):
        """Select the part of a list that a request asks for.

        :param request: werkzeug request with, perhaps, the number of the `page`.
        :param list records: all of them.
        :param int size: how many there are on a page.
        """
        self.total = len(records)
        self.last = max((self.total - 1) // size + 1, 1)
        number = request.args.get("page", 1, int)
        self.number = min(max(number, 1), self.last)
        self.first_row = (self.number - 1) * size
        self.records = records[self.first_row : self.first_row + size]
        self._path = request.path
        self._arguments = request.args.to_dict()

    def link(self, number):
        """Return the address of another page of the same list."""
        return f"{self._path}?{urlencode({**self._arguments, 'page': number})}"
