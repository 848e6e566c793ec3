"""The floor: the same job with psycopg2, lxml and requests alone, in sets.

No Odoo. Per 1 000 SKUs it reads what is wanted, writes the document, posts it, marks
what was sent with a line in the log for each SKU, reads the answer, and writes the
results to lines and listings.
"""

import psycopg2
import requests
from lxml import etree

from benchmarks.cost import Cost

BATCH = 1000
TIMEOUT = 60
#: The values of each kind of feed: element of the document -> column.
SHAPES = {
    "price": {
        "Price": "price",
        "SalePrice": "sale_price",
        "SaleStartDate": "sale_start",
        "SaleEndDate": "sale_end",
    },
    "stock": {"Quantity": "quantity"},
}
TABLES = """
CREATE TABLE listing (
    id serial PRIMARY KEY, sku varchar NOT NULL UNIQUE, status varchar NOT NULL,
    error text, price numeric, sale_price numeric, sale_start timestamp,
    sale_end timestamp, quantity integer, listed_price numeric,
    listed_sale_price numeric, listed_sale_start timestamp, listed_sale_end timestamp,
    listed_quantity integer, write_date timestamp
);
CREATE INDEX ON listing (id) WHERE status = 'pending';
CREATE TABLE feed (
    id serial PRIMARY KEY, external_id varchar, state varchar NOT NULL,
    payload bytea NOT NULL, sent_count integer, failed_count integer,
    created_at timestamp DEFAULT now()
);
CREATE TABLE feed_line (
    id serial PRIMARY KEY, feed_id integer NOT NULL REFERENCES feed,
    listing_id integer NOT NULL REFERENCES listing, sku varchar NOT NULL,
    state varchar NOT NULL, message text, price numeric, sale_price numeric,
    sale_start timestamp, sale_end timestamp, quantity integer
);
CREATE INDEX ON feed_line (feed_id);
CREATE INDEX ON feed_line (listing_id);
CREATE INDEX ON feed_line (sku);
"""
FILL = """
INSERT INTO listing (
    sku, status, price, sale_price, sale_start, sale_end, quantity
)
SELECT 'BENCH-' || number, 'pending', 149.95, 99 + number %% 50, '2026-01-01',
       '2028-01-01', number %% 90
FROM generate_series(1, %s) AS number
"""
WANTED = """
SELECT id, sku, {columns} FROM listing
WHERE status = 'pending' AND id > %s ORDER BY id LIMIT %s
"""
LINES = """
INSERT INTO feed_line (feed_id, listing_id, sku, state, {columns})
SELECT %s, id, sku, 'open', {columns} FROM listing WHERE id = ANY(%s)
"""
MARK_SENT = "UPDATE listing SET status = 'sent', write_date = now() WHERE id = ANY(%s)"
CLOSE_LINES = """
UPDATE feed_line AS line SET state = result.state, message = result.message
FROM unnest(%s, %s::varchar[], %s::text[]) AS result (sku, state, message)
WHERE line.feed_id = %s AND line.sku = result.sku
"""
APPLY = """
UPDATE listing SET error = line.message, write_date = now(),
    status = CASE WHEN line.state = 'success' THEN 'not_needed' ELSE 'error' END,
    {listed}
FROM feed_line AS line
WHERE line.feed_id = %s AND listing.id = line.listing_id AND listing.id = ANY(%s)
"""
LISTED = (
    "listed_{0} = CASE WHEN line.state = 'success' THEN line.{0} ELSE listed_{0} END"
)


class Floor:
    """The floor's own database, and its way to the marketplace.

    :param dsn: how psycopg2 connects
    :param url: the marketplace's address
    :param size: how many SKUs there are
    """

    def __init__(self, dsn, url, size):
        self._connection = psycopg2.connect(dsn)
        self._cursor = self._connection.cursor()
        self._session = requests.Session()
        self._url = url
        self._size = size
        self._queries = 0
        self._cursor.execute(TABLES)
        self._cursor.execute(FILL, [size])
        self._connection.commit()
        self._vacuum()

    def measure(self, shape):
        """Send all SKUs once, and apply the answers.

        :param shape: a key of `SHAPES`
        :return: a dict, as `Cost.as_dict`, and `size`
        """
        self._cursor.execute("UPDATE listing SET status = 'pending'")
        self._connection.commit()
        self._vacuum()
        cost = Cost(self._cursor, lambda: self._queries)
        with cost.counted():
            self._send_all(SHAPES[shape])
        self._check()
        return {**cost.as_dict(), "size": self._size}

    def close(self):
        """Leave the database."""
        self._connection.close()

    def _send_all(self, shape):
        after = 0
        columns = ", ".join(shape.values())
        while rows := self._select(WANTED.format(columns=columns), [after, BATCH]):
            self._send(shape, columns, rows)
            after = rows[-1][0]

    def _send(self, shape, columns, rows):
        ids = [row[0] for row in rows]
        payload = document(shape, rows)
        (number,) = self._select(
            "INSERT INTO feed (state, payload, sent_count) VALUES ('sending', %s, %s)"
            " RETURNING id",
            [payload, len(rows)],
        )[0]
        self._execute(LINES.format(columns=columns), [number, ids])
        self._execute(MARK_SENT, [ids])
        self._connection.commit()
        external_id = self._post(payload)
        self._execute(
            "UPDATE feed SET state = 'processing', external_id = %s WHERE id = %s",
            [external_id, number],
        )
        self._connection.commit()
        self._read(shape, number, external_id, rows)

    def _read(self, shape, number, external_id, rows):
        refused = self._ask(external_id)
        skus = [row[1] for row in rows]
        states = ["error" if sku in refused else "success" for sku in skus]
        messages = [refused.get(sku) for sku in skus]
        self._execute(CLOSE_LINES, [skus, states, messages, number])
        listed = ", ".join(LISTED.format(column) for column in shape.values())
        self._execute(APPLY.format(listed=listed), [number, [row[0] for row in rows]])
        self._execute(
            "UPDATE feed SET state = 'done', failed_count = %s WHERE id = %s",
            [len(refused), number],
        )
        self._connection.commit()

    def _post(self, payload):
        address = f"{self._url}?Action=ProductUpdate"
        answer = self._session.post(address, data=payload, timeout=TIMEOUT)
        return etree.fromstring(answer.content).findtext("Head/RequestId")

    def _ask(self, external_id):
        """Return SKU -> message of what failed."""
        address = f"{self._url}?Action=FeedStatus&FeedID={external_id}"
        answer = self._session.get(address, timeout=TIMEOUT)
        tree = etree.fromstring(answer.content)
        return {
            error.findtext("SellerSku"): error.findtext("Message")
            for error in tree.iterfind("Body/FeedDetail/FeedErrors/Error")
        }

    def _select(self, statement, values):
        self._execute(statement, values)
        return self._cursor.fetchall()

    def _execute(self, statement, values):
        self._queries += 1
        self._cursor.execute(statement, values)

    def _check(self):
        """Make sure that all was sent, and some refused: else nothing was measured."""
        self._cursor.execute("SELECT status, count(*) FROM listing GROUP BY status")
        counts = dict(self._cursor.fetchall())
        self._connection.commit()
        assert set(counts) <= {"not_needed", "error"}, counts
        assert counts.get("not_needed"), counts

    def _vacuum(self):
        self._connection.autocommit = True
        self._cursor.execute("VACUUM ANALYZE")
        self._connection.autocommit = False


def document(shape, rows):
    """Write the document about some rows.

    :param shape: a value of `SHAPES`
    :param rows: tuples of an id, a SKU and the shape's values
    :return: bytes
    """
    root = etree.Element("Request")
    for _id, sku, *values in rows:
        product = etree.SubElement(root, "Product")
        etree.SubElement(product, "SellerSku").text = sku
        for name, value in zip(shape, values, strict=True):
            etree.SubElement(product, name).text = str(value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
