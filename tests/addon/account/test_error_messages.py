"""What the client says in English is read in the language of the user."""

from unittest.mock import patch

from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import code_translations

from odoo.addons.iconic_connector.error_messages import describe, describe_refusal
from odoo.addons.iconic_connector.seller_center.errors import (
    USER_MESSAGES,
    AccessRefused,
    Refused,
)

FRENCH = {
    USER_MESSAGES["wrong_host"]: "Cette adresse ne répond pas.",
    USER_MESSAGES["timed_out"]: "%(host)s a mis trop de temps.",
}


@tagged("post_install", "-at_install")
class TestErrorMessages(TransactionCase):
    def setUp(self):
        super().setUp()
        self.env["res.lang"]._activate_lang("fr_FR")
        translations = {("iconic_connector", "fr_FR"): FRENCH}
        self.startPatcher(
            patch.dict(code_translations.python_translations, translations)
        )
        self.french = self.env(context={"lang": "fr_FR"})

    def test_a_sentence_is_translated(self):
        error = AccessRefused(cause="host", reason="wrong_host")
        self.assertEqual(describe(self.french, error), "Cette adresse ne répond pas.")

    def test_placeholders_and_details_survive(self):
        error = Refused(reason="timed_out", values={"host": "shop"}, detail="HTTP 504")
        self.assertEqual(
            describe(self.french, error), "shop a mis trop de temps. (HTTP 504)"
        )

    def test_type_and_code_stand_in_front_of_a_refusal(self):
        error = Refused(reason="wrong_host", code="E1", error_type="Sender")
        self.assertEqual(
            describe_refusal(self.french, error),
            "Sender E1 Cette adresse ne répond pas.",
        )

    def test_the_marketplaces_own_words_stay_as_they_are(self):
        error = Refused("Brand is not valid")
        self.assertEqual(describe(self.french, error), "Brand is not valid")

    def test_without_a_translation_it_is_english(self):
        error = AccessRefused(cause="key", reason="wrong_key")
        self.assertEqual(describe(self.french, error), USER_MESSAGES["wrong_key"])

    def test_other_errors_say_what_they_say(self):
        self.assertEqual(describe(self.french, ValueError("Odd")), "Odd")
