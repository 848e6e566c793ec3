from odoo import models, tools

from ... import const
from ...domain.order_addresses import first_of, is_hidden, postal_lines
from ...domain.order_places import Countries, States


class IconicAccount(models.Model):
    """How partners are written of the addresses in orders."""

    _inherit = "iconic.account"

    def _values_of_addresses(self, addresses):
        """Return how partners are written of addresses.

        :return: a dict, address -> values by fields of `res.partner`, and the plain
            e-mail address that people are found by
        """
        countries = self._countries()
        found = {address: countries.find(address.country) for address in addresses}
        states = self._states_in(found.values())
        return {
            address: self._values_of(address, country, states)
            for address, country in found.items()
        }

    def _values_of(self, address, country, states):
        state = states.find(country, address.region)
        region = "" if state else address.region
        values = postal_lines(address, region)
        hidden = is_hidden(address)
        # One contact stands for many hidden people: nothing in it is one's own.
        email = "" if hidden else address.email
        return {
            "name": self._hidden_name(address) if hidden else address.name,
            **values,
            "state_id": state,
            "country_id": country,
            "email": email,
            "email_normalized": tools.email_normalize(email),
            "phone": "" if hidden else "".join(address.phones[:1]),
        }

    def _hidden_name(self, address):
        """Return how to call whom an address hides: by their name, if that is told."""
        if not {"first_name", "last_name"} & set(address.masked) and address.name:
            return address.name
        place = " ".join(filter(None, (address.city, address.postcode)))
        if not place:
            return self.env._("THE ICONIC customer")
        return self.env._("THE ICONIC customer, %s", place)

    def _countries(self):
        """Return all countries by their English names; the company's own, if unsure."""
        english = self.env["res.country"].with_context(lang="en_US")
        countries = english.search([("code", "!=", False)])
        return Countries(
            ((one.id, one.code, one.name) for one in countries),
            own=self.company_id.country_id.id,
        )

    def _states_in(self, countries):
        states = self.env["res.country.state"].search(
            [("country_id", "in", list(set(countries)))]
        )
        return States((one.id, one.country_id.id, one.code, one.name) for one in states)


class IconicOrder(models.Model):
    """A parcel's address that changes while it is still here."""

    _inherit = "iconic.order"

    def _change_address(self, billing, shipping, masked=()):
        """Let the sales order and its open deliveries go to another address.

        What THE ICONIC hides by now changes nothing, nor does anything once a unit has
        left. Invoices stay as they are.

        :param masked: what is hidden of the customer's name
        :return: whether anything has changed
        """
        self.ensure_one()
        where = first_of(shipping, billing)
        if not where or is_hidden(where) or not self._is_all_here():
            return False
        partners = self.account_id._partners_of(
            (self.external_id, billing, shipping, masked)
        )
        if partners.delivery == self.sale_order_id.partner_shipping_id:
            return False
        self._deliver_to(partners.delivery)
        return True

    def _is_all_here(self):
        """Tell whether no unit that we ship, and that is still wanted, has left."""
        items = self.item_ids.filtered(
            lambda item: item._is_ours() and item.status != const.CANCELLED_STATUS
        )
        return bool(self.sale_order_id and items) and all(items.mapped("is_open"))

    def _deliver_to(self, partner):
        """Write the address; taxes and prices of the order stay as they were sold."""
        # Nobody has to be told to do what is done here.
        sale = self.sale_order_id.with_context(
            mail_activity_automation_skip=True, mail_create_nosubscribe=True
        )
        old = sale.partner_shipping_id.with_context(show_address=True).display_name
        sale.write(
            {
                "partner_shipping_id": partner.id,
                "fiscal_position_id": sale.fiscal_position_id.id,
            }
        )
        open_pickings = sale.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        open_pickings.partner_id = partner
        new = partner.with_context(show_address=True).display_name
        sale.message_post(
            body=self.env._(
                "THE ICONIC reports another delivery address. It was: %(old)s. "
                "It is now: %(new)s.",
                old=", ".join(old.splitlines()),
                new=", ".join(new.splitlines()),
            ),
            subtype_xmlid="mail.mt_note",
        )
