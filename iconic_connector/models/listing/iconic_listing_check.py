import unicodedata
from collections import defaultdict
from typing import NamedTuple

from odoo import fields, models
from odoo.fields import Domain

from ... import const
from ...seller_center.documents import (
    clean_text,
    valid_gtin,
    valid_isbn,
    valid_part_number,
)

#: The fields of a product that its ProductId may come from -> what tells valid ones.
CODES = {
    "barcode": valid_gtin,
    "iconic_upc": valid_gtin,
    "iconic_mpn": valid_part_number,
    "iconic_isbn": valid_isbn,
}


class Problem(NamedTuple):
    """Why a product cannot be sent.

    :param rule: the name of the rule, by which problems are counted
    :param message: the field, the value and what to do, in one or two sentences
    :param place: the record where a user fixes it, None for the product
    """

    rule: str
    message: str
    place: models.Model | None = None


class IconicListing(models.Model):
    """The check before sending: its entry points, and all rules without a taxonomy.

    SKU, barcode, texts, price, quantity and pictures are checked here; brand, category,
    attributes and variation in `iconic_listing_check_category`, since their rules come
    from the marketplace. A check makes no calls, and reports all problems of a product
    at once.

    Source: product feeds spec, the tables of Product Create and Listing Image, and
    merchant guide, Compulsory Fields.
    """

    _inherit = "iconic.listing"

    def _check_for_sending(self, wanted=None):
        """Check everything about the listings of one account, as before creation.

        :param wanted: what `_wanted_products` returned, None to compute it
        :return: a dict, listing id -> list of `Problem`, empty if it may be sent
        """
        if not self:
            return {}
        wanted = wanted or self._wanted_products()
        problems = self._check_products(wanted, self._duplicate_skus())
        ours = self.filtered(lambda one: not one.produced_by_marketplace)
        pictures = ours._check_all_pictures(ours._wanted_pictures())
        for listing in self:
            problems[listing.id] += pictures.get(listing.id, [])
            problems[listing.id] += listing._check_held("price", wanted)
        return problems

    def _check_for_update(self, wanted):
        """Check the listings of one account as before an update of the whole product.

        The pictures, and SKUs that are used twice, matter only for creation.

        :param wanted: what `_wanted_products` returned
        """
        return self._check_products(wanted, {})

    def _check_flow(self, flow, wanted):
        """Check what a flow is about to send.

        :param flow: a `Flow`
        :param wanted: what `_wanted_for` returned
        :return: a dict, listing id -> list of `Problem`, empty if it may be sent
        """
        if not wanted:
            return {listing.id: [] for listing in self}
        if flow.action == "Image":
            return self._check_all_pictures(wanted)
        check = {
            "create": self._check_for_sending,
            "update": self._check_for_update,
            "price": self._check_wanted_prices,
            "stock": self._check_wanted_quantities,
        }
        return check[flow.name](wanted)

    def _check_products(self, wanted, duplicates):
        """Check the whole product except its pictures.

        :param wanted: what `_wanted_products` returned
        :param duplicates: what `_duplicate_skus` returned, or an empty dict
        """
        context = wanted.context
        language = list(self._check_language())
        texts = self._check_alike(
            lambda one: (wanted[one.id].name, wanted[one.id].description),
            lambda one: one._check_texts(wanted[one.id]),
        )
        brands = self._check_alike(
            lambda one: wanted[one.id].brand,
            lambda one: one._check_brand(wanted[one.id], context),
        )
        categories = self._check_alike(
            lambda one: one._category_origin(context),
            lambda one: one._check_category(context),
        )
        price_faults = self._unpriced(wanted)._price_faults()
        today = fields.Date.context_today(self)
        groups = defaultdict(set)
        for product in wanted.values():
            groups[product.parent_sku, product.variation].add(product.seller_sku)
        return {
            listing.id: [
                *language,
                *listing._check_identity(wanted[listing.id], duplicates),
                *texts[listing.id],
                *brands[listing.id],
                *categories[listing.id],
                *listing._check_attributes(wanted[listing.id], context, today),
                *listing._check_variation(wanted[listing.id], groups),
                *listing._check_price(wanted[listing.id], price_faults),
                *listing._check_quantity_known(wanted[listing.id]),
            ]
            for listing in self
        }

    def _check_alike(self, key, check):
        """Check listings, once for all that are alike.

        :param key: takes a listing, returns all that its outcome depends on
        :param check: takes a listing, yields `Problem`
        :return: a dict, listing id -> list of `Problem`
        """
        problems = {}
        for alike in self.grouped(key).values():
            problems |= dict.fromkeys(alike._ids, list(check(alike[:1])))
        return problems

    def _duplicate_skus(self):
        """Return the SKUs of these listings that several products have.

        :return: a dict, SKU -> `product.product` recordset, for those with two or more
        """
        account = self.account_id
        skus = list({listing.sku for listing in self if listing.sku})
        listed = self.search(
            Domain("account_id", "=", account.id) & Domain("sku", "in", skus)
        )
        products = self.env["product.product"].search(
            account._product_domain()
            & Domain("default_code", "in", skus)
            & Domain("id", "not in", self.product_id.ids)
        )
        elsewhere = self.search(
            [("account_id", "=", account.id), ("product_id", "in", products.ids)]
        ).product_id
        # SKU -> ids of products, in the order in which they are named.
        claims = defaultdict(dict)
        for listing in listed | self:
            claims[listing.sku][listing.product_id.id] = True
        for product in products - elsewhere:
            claims[product.default_code][product.id] = True
        return {
            sku: products.browse(some) for sku, some in claims.items() if len(some) > 1
        }

    def _check_wanted_prices(self, wanted):
        """Check the prices of the listings of one account."""
        faults = self._unpriced(wanted)._price_faults()
        return {
            one.id: [
                *one._check_price(wanted[one.id], faults),
                *one._check_held("price", wanted),
            ]
            for one in self
        }

    def _unpriced(self, wanted):
        return self.filtered(lambda one: wanted[one.id].price is None)

    def _check_wanted_quantities(self, wanted):
        """Check the quantities of the listings of one account."""
        return {
            one.id: [
                *one._check_quantity_known(wanted[one.id]),
                *one._check_held("quantity", wanted),
            ]
            for one in self
        }

    def _check_held(self, part, wanted):
        """Check that no threshold holds a part back.

        :param str part: price or quantity
        :param wanted: the `WantedProducts`
        """
        price = wanted.prices.get(self.id)
        if reason := self._hold_reason(part, wanted[self.id], price):
            yield Problem(self.env._("Waits for approval"), reason)

    def _check_all_pictures(self, pictures):
        """Check the pictures of the listings of one account, as far as prepared.

        :param pictures: what `_wanted_pictures` returned
        :return: a dict, listing id -> list of `Problem`, empty if they may be sent
        """
        faults = {
            checksum: one._fault_text() for checksum, one in pictures.prepared.items()
        }
        return {
            one.id: list(one._check_pictures(pictures[one.id], faults)) for one in self
        }

    def _check_language(self):
        """Check that texts exist in the language of the account."""
        account = self.account_id
        if not account._active_lang():
            yield Problem(
                self.env._("Language not active"),
                self.env._(
                    "The language of the account (%s) is not active in Odoo: activate "
                    "it under Settings > Translations > Languages, or choose another "
                    "one on the account.",
                    account.lang,
                ),
                account,
            )

    def _check_identity(self, product, duplicates):
        """Check SKU, barcode and condition.

        :param product: the wanted `seller_center.records.Product`
        :param duplicates: SKU -> products, for SKUs that several have
        """
        if not product.seller_sku:
            yield Problem(
                self.env._("SKU missing"),
                self.env._("The product has no SKU: fill in its Internal Reference."),
            )
        elif clean_text(product.seller_sku).strip() != product.seller_sku:
            yield Problem(
                self.env._("SKU not allowed"),
                self.env._(
                    "The SKU “%s” begins or ends with a space or contains a control "
                    "character: correct the Internal Reference.",
                    product.seller_sku,
                ),
            )
        if products := duplicates.get(product.seller_sku):
            yield Problem(
                self.env._("SKU used twice"),
                self.env._(
                    "The SKU %(sku)s is used by several products: %(products)s. "
                    "Give each product its own Internal Reference.",
                    sku=product.seller_sku,
                    products=", ".join(products.mapped("display_name")),
                ),
            )
        yield from self._check_barcode(product)
        if not product.condition:
            yield Problem(
                self.env._("Condition missing"),
                self.env._(
                    "Condition is empty: choose a Condition on the product, such as "
                    "New."
                ),
            )

    def _check_barcode(self, product):
        if not product.product_id:
            yield Problem(
                self.env._("Barcode missing"),
                self.env._(
                    "Barcode is empty: fill in the Barcode (EAN) of the product, or "
                    "its UPC, MPN or ISBN."
                ),
            )
        source = self.product_id
        for name, valid in CODES.items():
            code = source[name]
            if code and code.strip() == product.product_id and not valid(code.strip()):
                yield self._wrong_barcode(name, code)

    def _wrong_barcode(self, name, code):
        labels = {
            "barcode": self.env._("Barcode"),
            "iconic_upc": self.env._("UPC"),
            "iconic_mpn": self.env._("MPN"),
            "iconic_isbn": self.env._("ISBN"),
        }
        return Problem(
            self.env._("Barcode wrong"),
            self.env._(
                "%(label)s %(code)s is not a valid number: a digit is missing or the "
                "check digit is wrong. Compare it with the label.",
                label=labels[name],
                code=code,
            ),
        )

    def _check_texts(self, product):
        """Check title and description."""
        yield from self._check_length(
            self.env._("Title"), product.name, const.NAME_LENGTH
        )
        if unshown := _unshown_characters(product.name or ""):
            yield Problem(
                self.env._("Title with special characters"),
                self.env._(
                    "The title “%(title)s” contains %(characters)s, which THE ICONIC "
                    "cannot show: remove that from the name of the product.",
                    title=product.name,
                    characters=", ".join(unshown),
                ),
            )
        yield from self._check_length(
            self.env._("Description"), product.description, const.DESCRIPTION_LENGTH
        )

    def _check_length(self, label, text, limits):
        shortest, longest = limits
        text = clean_text(text or "").strip()
        if not text:
            yield Problem(
                self.env._("%s missing", label),
                self.env._(
                    "%s is empty: fill it in on the product or on the listing.", label
                ),
            )
        elif not shortest <= len(text) <= longest:
            yield Problem(
                self.env._("%s too short or too long", label),
                self.env._(
                    "%(label)s has %(length)s characters, but %(shortest)s to "
                    "%(longest)s are allowed: change it on the product or the listing.",
                    label=label,
                    length=len(text),
                    shortest=shortest,
                    longest=longest,
                ),
            )

    def _check_price(self, product, faults):
        """Check that there is a price above 0, unless the listed one is protected.

        :param faults: what `_price_faults` returned for those without a price
        """
        if product.price is None and not self._keeps_listed_price():
            yield Problem(self.env._("Price missing"), faults[self.id])

    def _check_quantity_known(self, product):
        """Check that the quantity is known."""
        if product.quantity is not None:
            return
        if places := self.product_id.is_storable and (
            self.account_id._archived_stock_places()
        ):
            yield Problem(
                self.env._("Warehouse archived"),
                self.env._(
                    "%s is archived, so that its stock is unknown: restore it, or "
                    "choose another warehouse or location on the account.",
                    ", ".join(place.display_name for place in places),
                ),
                self.account_id,
            )
        elif self.product_id.is_storable and self.account_id.stock_warehouse_ids:
            yield Problem(
                self.env._("Stock not usable"),
                self.env._(
                    "The stock of this product in Odoo is no number that can be sent: "
                    "correct its On Hand quantity, at most %s pieces.",
                    const.MAX_QUANTITY,
                ),
            )
        elif self.product_id.is_storable:
            yield Problem(
                self.env._("Warehouse missing"),
                self.env._(
                    "Choose at least one warehouse under Inventory From on the account."
                ),
            )
        else:
            yield Problem(
                self.env._("Stock not tracked"),
                self.env._(
                    "Odoo does not track the stock of this product: tick Track "
                    "Inventory on it, or fix a quantity on the listing."
                ),
            )

    def _check_pictures(self, pictures, faults):
        """Check that there is a picture and that each can be used.

        :param faults: checksum -> message, empty if the picture can be used
        """
        if not pictures:
            yield Problem(
                self.env._("Picture missing"),
                self.env._(
                    "There is no picture, but THE ICONIC shows no product without one: "
                    "add a picture (JPEG or PNG) to the product."
                ),
            )
        for fault in {faults.get(picture.checksum, "") for picture in pictures} - {""}:
            yield Problem(self.env._("Picture not usable"), fault)


def _unshown_characters(text):
    """Return the names of the control characters and emoji in a text.

    Typographic signs such as (R), (TM) or degrees are allowed.
    """
    return [
        unicodedata.name(character, f"U+{ord(character):04X}").lower()
        for character in text
        if unicodedata.category(character) == "Cc" or _is_emoji(character)
    ]


def _is_emoji(character):
    """Tell whether a character is a picture, not a letter or a typographic sign.

    Above the Basic Multilingual Plane, and the symbols of the blocks from Arrows to
    Miscellaneous Symbols and Arrows.
    """
    code = ord(character)
    return code > 0xFFFF or (
        0x2190 <= code <= 0x2BFF and unicodedata.category(character) == "So"
    )
