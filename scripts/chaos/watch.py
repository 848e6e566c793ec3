"""What must hold at any moment, watched while the trouble goes on.

Price: what is sent was Odoo's price at some moment since the feed was begun. Stock: no
more is sent than was free of claims at some moment since then, and what the marketplace
takes off by itself. Money: invoices and credit notes of each order that is processed
add up to the items that stand.
"""

import bisect
import json
from collections import Counter, defaultdict
from datetime import datetime
from decimal import Decimal

from scripts.chaos.worker import Worker
from scripts.env import console

#: Seconds between two looks, from which on what lay between them is not judged.
GAP = 4
#: Seconds that a value without a feed, as in REST's small batches, may be under way.
UNRECORDED = 120
#: Seconds by which times of different origin may be apart.
ROUNDING = 2
#: Orders that do not add up, of which one look tells at most so many.
MOST = 20

_STANDING = "status NOT IN ('canceled', 'failed', 'returned')"
_OPEN = "status IN ('payment_pending', 'pending', 'ready_to_ship')"
#: Everything of one moment: one statement sees one snapshot.
LOOK = f"""
SELECT json_build_object(
    'at', extract(epoch FROM now()),
    'prices', (
        SELECT json_object_agg(product.default_code, template.list_price)
        FROM product_product AS product
        JOIN product_template AS template ON template.id = product_tmpl_id
        WHERE product.default_code IS NOT NULL),
    'free', (
        SELECT json_object_agg(default_code, pieces) FROM (
            SELECT default_code,
                sum(COALESCE(quantity, 0) - COALESCE(reserved_quantity, 0)) AS pieces
            FROM stock_quant AS quant
            JOIN product_product AS product ON product.id = product_id
            JOIN stock_location AS place ON place.id = quant.location_id
            WHERE place.usage = 'internal' GROUP BY default_code) AS quants),
    'not_imported', (
        SELECT json_object_agg(seller_sku, pieces) FROM (
            SELECT seller_sku, count(*) AS pieces FROM iconic_order_item AS item
            JOIN iconic_order ON iconic_order.id = order_id
            WHERE sale_order_id IS NULL AND {_OPEN} GROUP BY seller_sku) AS items),
    'open', (
        SELECT json_agg(items) FROM (
            SELECT account.name, seller_sku AS sku, count(*) AS pieces
            FROM iconic_order_item AS item
            JOIN iconic_account AS account ON account.id = item.account_id
            WHERE {_OPEN} GROUP BY account.name, seller_sku) AS items),
    'money', (
        SELECT json_agg(orders) FROM (
            SELECT iconic_order.id, external_id AS name, standing, booked, said
            FROM iconic_order
            CROSS JOIN LATERAL (
                SELECT COALESCE(sum(unit_price) FILTER (WHERE {_STANDING}), 0)
                AS standing, string_agg(concat_ws(' ', external_id, unit_price, status,
                withdrawn), ', ') AS said
                FROM iconic_order_item WHERE order_id = iconic_order.id) AS items
            CROSS JOIN LATERAL (
                SELECT COALESCE(sum(amount_total_signed), 0) AS booked
                FROM account_move WHERE state = 'posted' AND id IN (
                    SELECT move_id FROM account_move_line AS line
                    JOIN sale_order_line_invoice_rel ON invoice_line_id = line.id
                    JOIN sale_order_line AS sold ON sold.id = order_line_id
                    WHERE sold.order_id = sale_order_id)) AS moves
            WHERE state = 'imported' AND NOT COALESCE(needs_processing, FALSE)
            AND invoice_error IS NULL AND lease_until IS NULL
            AND standing <> booked
            AND NOT EXISTS (
                SELECT 1 FROM iconic_order_change AS change
                WHERE change.order_id = iconic_order.id
                AND (needs_processing OR change.state IN ('pending', 'sending'))
                )) AS orders))::jsonb
"""
FEEDS = "SELECT external_id, extract(epoch FROM create_date) FROM iconic_feed"


class Series:
    """Values over time, of which only the changes are kept."""

    def __init__(self):
        self._looks = []
        self._changes = defaultdict(list)

    def add(self, at, values):
        """Add what was seen at a moment, later than all before.

        :param at: seconds
        :param values: a dict
        """
        self._looks.append(at)
        for key, value in values.items():
            changes = self._changes[key]
            if not changes or changes[-1][1] != value:
                changes.append((at, value))

    def between(self, key, begin, end):
        """Return all values from the look before a time until the one after another.

        :return: a dict, when it became so -> value; empty where nobody has looked often
            enough
        """
        first = bisect.bisect_right(self._looks, begin) - 1
        last = bisect.bisect_left(self._looks, end)
        looks = self._looks[max(first, 0) : last + 1]
        if first < 0 or last == len(self._looks) or _widest(looks) > GAP:
            return {}
        changes = self._changes[key]
        held = bisect.bisect_right(changes, looks[0], key=lambda one: one[0]) - 1
        return {at: value for at, value in changes[max(held, 0) :] if at <= looks[-1]}


def _widest(looks):
    return max(
        (later - one for one, later in zip(looks, looks[1:], strict=False)), default=0
    )


class Watch(Worker):
    """Looks at the database all the time, and judges what came to the marketplaces.

    :param world: the :class:`~scripts.chaos.world.World`
    :param kits: kit SKU -> a dict, component SKU -> pieces
    """

    def __init__(self, world, kits):
        super().__init__()
        self._world = world
        self._kits = kits
        self._prices, self._pieces = Series(), Series()
        self._money = {}
        self._judged = Counter()
        self.looks = 0
        self.sent = Counter()

    def act(self):
        """Override to look once; a database that is down is none of its business."""
        try:
            [[text]] = self._world.query(LOOK)
        except console.Trouble:
            return
        seen = json.loads(text)
        self._prices.add(seen["at"], seen["prices"])
        self._pieces.add(seen["at"], self._offers(seen))
        for one in (seen["money"] or [])[:MOST]:
            self._money.setdefault(
                one["id"],
                f"order {one['name']}: {one['booked']} was booked while items of"
                f" {one['standing']} stood: {one['said']}",
            )
        self.looks += 1

    def _offers(self, seen):
        """Return the most that each account may offer of each SKU."""
        free = Counter(seen["free"] or {})
        sold = Counter(seen["not_imported"] or {})
        for sku in [sku for sku in sold if sku in self._kits]:
            for part, count in self._kits[sku].items():
                sold[part] += sold[sku] * count
        free.subtract(sold)
        opened = {
            (one["name"], one["sku"]): one["pieces"] for one in seen["open"] or ()
        }
        return {
            (name, sku): max(self._makes(sku, free), 0) + opened.get((name, sku), 0)
            for name in self._world.marketplaces
            for sku in seen["prices"]
        }

    def _makes(self, sku, free):
        parts = self._kits.get(sku)
        if not parts:
            return int(free[sku])
        return int(min(free[part] // count for part, count in parts.items()))

    def judge(self):
        """Judge what has come to the marketplaces since the last time.

        :return: a list of sentences
        """
        begun = {feed: float(at) for feed, at in self._world.query(FEEDS) if feed}
        found = [*self._money.values()]
        self._money.clear()
        for name, sandbox in self._world.sandboxes().items():
            for product in sandbox.products.values():
                place = (name, product.seller_sku)
                done, history = self._judged[place], [*product.history]
                for change in history[done:]:
                    found += self._change(place, change, sandbox, begun)
                self._judged[place] = len(history)
        return found

    def _change(self, place, change, sandbox, begun):
        feed, at = sandbox.feeds.get(change.source), change.at.timestamp()
        if change.source in begun and feed:
            window = begun[change.source], feed.created_at.timestamp()
        elif change.action == "SetStock":
            window = at - UNRECORDED, at
        else:
            return
        window = (window[0] - ROUNDING, window[1] + ROUNDING)
        label = f"{' '.join(place)}, {change.action} {change.source}"
        if "price" in change.values:
            yield from self._price(label, place, change.values["price"][1], window)
        if "quantity" in change.values:
            yield from self._quantity(
                label, place, change.values["quantity"][1], window
            )

    def _price(self, label, place, sent, window):
        known = self._prices.between(place[1], *window)
        self.sent["prices"] += bool(known)
        if known and Decimal(sent) not in [_cents(price) for price in known.values()]:
            yield f"{label}: price {sent} was sent, {_told(window, known)}"

    def _quantity(self, label, place, sent, window):
        known = self._pieces.between(place, *window)
        self.sent["quantities"] += bool(known)
        if known and int(sent) > max(known.values()):
            yield f"{label}: {sent} pieces were sent, {_told(window, known)}"


def _told(window, known):
    begin, end = (f"{datetime.fromtimestamp(at):%H:%M:%S}" for at in window)
    values = [
        f"{value} since {datetime.fromtimestamp(at):%H:%M:%S}"
        for at, value in known.items()
    ]
    return f"in Odoo from {begin} to {end}: {', '.join(values)}"


def _cents(price):
    return Decimal(str(price)).quantize(Decimal("0.01"))
