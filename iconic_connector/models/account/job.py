"""What a scheduled job is: which batch comes next, how to do it, what to say."""

from odoo import models
from odoo.fields import Domain

from ... import const
from ...seller_center.errors import NoProgress, Unreadable
from ...seller_center.records import Page, UnreadableRecord

#: Name of a job -> its class; filled by `runs`.
JOBS = {}


def runs(*kinds):
    """Register the class of one or more jobs.

    :param kinds: values of `iconic.account.job.kind`
    :return: a decorator
    """

    def register(job):
        JOBS.update(dict.fromkeys(kinds, job))
        return job

    return register


class Job:
    """One kind of scheduled job at work for one account, from claim to release.

    The runner calls `start`, then `next_batch`, `ask`, `do`, `finish_outside` and
    `advance` for each batch, then `finish`. It commits between them, repeats `do` after
    conflicts and splits a batch that fails (design, section 13).

    :param row: the claimed `iconic.account.job`
    """

    #: Whether it calls the marketplace; `client` is set then.
    needs_connection = True
    #: The value of `iconic.account.feature.name` without which it has nothing to do.
    feature = None
    #: Whether `next_batch` makes calls, claims records or takes long: what was done
    #: before is stored first.
    slow_to_choose = True
    #: Whether no record of a batch may be handled before the ones in front of it.
    keeps_order = False
    client = None

    def __init__(self, row):
        """Prepare the job for the account of a row."""
        self.kind = row.kind
        self.account = row.account_id
        self.env = row.env
        #: Where it is and what it has to remember, stored after each batch. The runner
        #: adds `done` and, from `count` or a page of the marketplace, `total`.
        self.position = dict(row.position or {})
        #: What people have asked for, such as a pull of all open orders.
        self.requests = row.request_ids.filtered("purpose").mapped("purpose")

    @classmethod
    def with_work(cls, rows):
        """Return the rows whose account has something to do, with few queries.

        :param rows: `iconic.account.job` rows of one kind
        """
        return rows

    @classmethod
    def next_moment(cls, env):
        """Return when the job has to run again, besides its interval, or None."""
        return None

    def start(self):
        """Prepare a run that begins or continues; repeated after conflicts."""

    def count(self):
        """Return how many records are left to do, 0 if unknown."""
        return 0

    def next_batch(self):
        """Return the next records, or None at the end; calls are allowed here.

        :return: a recordset or a list, perhaps empty
        :raise SellerCenterError: if the marketplace does not answer
        """
        raise NotImplementedError

    def ask(self, batch):
        """Make the calls that a batch needs before it is handled.

        :param batch: what `next_batch` returned
        :raise SellerCenterError: if the marketplace does not answer
        """

    def do(self, batch):
        """Handle a batch on the database only; repeated after conflicts.

        :param batch: what `next_batch` returned, or a part of it
        :return: anything, for `finish_outside`
        """

    def finish_outside(self, batch, result):
        """Handle what needs calls or takes long, once `do` is committed.

        :param batch: a part of what `do` handled, by `parts_outside`
        :param result: what `do` returned
        """

    def parts_outside(self, batch, result):
        """Return the parts of a batch that `finish_outside` handles one by one.

        :param batch: what `do` handled
        :param result: what `do` returned
        """
        return [batch]

    def advance(self, batch):
        """Move `position` behind a batch.

        :param batch: what `next_batch` returned
        """

    def hold(self, batch, reason):
        """Store why records were left out, where people see it.

        :param batch: one record, or several that fail in the same way
        :param str reason: a sentence
        :return: whether that is done; if not, the row of the job shows it
        """
        return False

    def name_of(self, batch):
        """Return what people call a batch: its first record, and how many follow."""
        if not batch:
            return ""
        first = batch[0]
        if isinstance(first, models.BaseModel):
            # Alone: the others need not be read for it.
            first = first.with_prefetch()
        first = self.record_name(first)
        return f"{first} (+{len(batch) - 1})" if len(batch) > 1 else first

    def record_name(self, record):
        """Return what people call one record of a batch."""
        return record.display_name

    def finish(self):
        """End a run that has reached its end; repeated after conflicts.

        :return: the outcome as a sentence, or None to leave the last one
        """


class DueRecords(Job):
    """A job that handles the records that are due, each once in a turn."""

    #: The model of the records, and the order in which they are handled.
    model = ""
    order = "id"
    #: How many at once, at most.
    batch_size = 1

    def __init__(self, row):
        """Prepare the turn."""
        super().__init__(row)
        self._tried = []

    @classmethod
    def due_domain(cls, accounts):
        """Return the domain of the records of some accounts that are due."""
        return accounts.env[cls.model]._due_domain(accounts)

    @classmethod
    def with_work(cls, rows):
        """Override to return the rows with records that are due."""
        return rows_having(rows, cls.model, cls.due_domain(rows.account_id))

    @classmethod
    def next_moment(cls, env):
        """Override to return when the next record is due."""
        return env[cls.model]._next_due_at()

    def count(self):
        """Override to return how many records are due."""
        return self.env[self.model].search_count(self.due_domain(self.account))

    def next_batch(self):
        """Override to return the next records."""
        records = self.env[self.model].search_fetch(
            self.due_domain(self.account) & Domain("id", "not in", self._tried),
            order=self.order,
            limit=self.batch_size,
        )
        records = records and self.handled_together(records)
        self._tried += records.ids
        return records or None

    def handled_together(self, records):
        """Return which of the next records may be handled together.

        :param records: in their order
        :return: the first of them, or what has to be handled before it
        """
        return records

    def hold(self, batch, reason):
        """Override to show the reason on the record; it is tried again later."""
        batch.message = reason
        batch._postpone()
        return False


class PageByPage(Job):
    """A job that reads a list of the marketplace, page by page.

    ``position["offset"]`` is the place of the next page. One record that breaks the
    answer which it is in does not hide the others: the page is made smaller until the
    record stands alone, and then passed over.
    """

    def ask_page(self, offset, limit):
        """Read a page.

        :return: a `Page` of the client
        :raise SellerCenterError: if the marketplace does not answer
        """
        raise NotImplementedError

    def read_page(self, size):
        """Read the next page, or a smaller one if something on it breaks the answer.

        :param int size: how many records to ask for
        :return: a `Page`; a record that breaks even an answer of its own is among the
            unreadable ones, without any name
        :raise Unreadable: if several in a row do, which is the fault of none of them
        :raise NoProgress: if the pages cannot be told apart; they are read anew then
        """
        while True:
            limit = self._page_size(size)
            try:
                page = self.ask_page(self.position["offset"], limit)
            except NoProgress:
                self.begin_anew()
                raise
            except Unreadable as error:
                if not self._make_smaller(limit):
                    return self._pass_over(error)
            else:
                self.position |= {"broken": 0, "readable": True}
                return page

    def begin_anew(self):
        """Have the list read from its beginning, where what is new is found."""
        self.position |= {
            "offset": 0,
            "broken": 0,
            "readable": False,
            "smaller_until": 0,
        }

    def _page_size(self, size):
        if self.position["offset"] >= self.position.get("smaller_until", 0):
            return size
        return self.position["smaller"]

    def _make_smaller(self, limit):
        """Have the next page be a smaller one; behind it, all are as before.

        :return: whether a smaller one is possible
        """
        if limit == 1:
            return False
        self.position["smaller"] = max(limit // const.SMALLER_PAGE, 1)
        self.position["smaller_until"] = self.position["offset"] + limit
        return True

    def _pass_over(self, error):
        """Return a page with nothing but a record that cannot be read at all.

        :param error: an `Unreadable`
        :raise Unreadable: if it is one of too many in a row; all are read again then
        """
        offset = self.position["offset"]
        broken = self.position["broken"] = self.position.get("broken", 0) + 1
        readable = self.position.get("readable")
        if broken >= (
            const.UNREADABLE_IN_A_ROW if readable else const.UNREADABLE_AT_FIRST
        ):
            self.begin_anew()
            raise error
        lost = UnreadableRecord("", "", error)
        return Page((), next_offset=offset + 1, unreadable=(lost,))


def rows_having(rows, model, domain):
    """Return the rows with records of their account, with one query.

    :param rows: `iconic.account.job` rows
    :param str model: a model with `account_id`
    :param domain: which records count
    """
    groups = rows.env[model]._read_group(domain, ["account_id"])
    busy = rows.env["iconic.account"].union(*(account for (account,) in groups))
    return rows.filtered(lambda row: row.account_id in busy)
