"""Odoo's own linters (its module `test_lint`), for this add-on only.

Those that read files are shown one module instead of Odoo's 600, those that read the
registry the models that the add-on makes or extends.
"""

from contextlib import ExitStack
from unittest.mock import patch

from odoo import tools
from odoo.modules import Manifest
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, tagged

from odoo.addons.test_lint.tests import (
    test_docstring,
    test_dunderinit,
    test_i18n,
    test_index,
    test_jstranslate,
    test_manifests,
    test_naming,
    test_onchange_domains,
    test_orm_import,
    test_override_signatures,
    test_pofile,
    test_pylint,
    test_routes,
)

ADDON = "iconic_connector"
PACKAGE = f"odoo.addons.{ADDON}."


def our_models(database):
    """Stand in for the registry.

    :param database: its database
    :return: the classes of the models with code of ours, by name
    """
    return {
        name: model
        for name, model in Registry(database).items()
        if any(base.__module__.startswith(PACKAGE) for base in model.mro())
    }


class OnlyThisAddon(BaseCase):
    """Restrict the linters to this add-on, with their warnings as failures."""

    def setUp(self):
        super().setUp()
        manifest = Manifest.for_addon(ADDON)
        patches = ExitStack()
        self.addCleanup(patches.close)
        for patcher in (
            patch.object(Manifest, "all_addon_manifests", lambda: [manifest]),
            patch.object(test_pofile, "get_modules", lambda: [ADDON]),
            patch.object(test_docstring, "Registry", our_models),
            patch.object(test_naming, "Registry", our_models),
            patch.object(test_override_signatures, "Registry", our_models),
            # pylint is run on the folder that holds Odoo and on further add-ons.
            patch.object(tools.config, "root_path", manifest.path),
            self.assertNoLogs("odoo.addons.test_lint", "WARNING"),
        ):
            patches.enter_context(patcher)


@tagged("post_install", "-at_install")
class TestTranslationFile(OnlyThisAddon, test_pofile.PotLinter):
    """The template of the translations has no duplicate terms."""


@tagged("post_install", "-at_install")
class TestScriptTranslations(OnlyThisAddon, test_jstranslate.TestJsTranslations):
    """Translated terms of scripts are plain strings."""


@tagged("post_install", "-at_install")
class TestManifest(OnlyThisAddon, test_manifests.ManifestLinter):
    """The manifest has no unknown key, and none with a default value."""


@tagged("post_install", "-at_install")
class TestPackage(OnlyThisAddon, test_dunderinit.TestDunderinit):
    """The add-on is a Python package."""


@tagged("post_install", "-at_install")
class TestImports(OnlyThisAddon, test_orm_import.TestDunderinit):
    """Nothing is imported from Odoo's inner parts."""


@tagged("post_install", "-at_install")
class TestComponentTexts(OnlyThisAddon, test_i18n.TestI18n):
    """Texts of web components can be translated."""


@tagged("post_install", "-at_install")
class TestOnchange(OnlyThisAddon, test_onchange_domains.TestOnchangeDomains):
    """No onchange returns a domain."""


@tagged("post_install", "-at_install")
class TestOdooPylint(OnlyThisAddon, test_pylint.TestPyLint):
    """Odoo's own pylint checkers: SQL injection, translations, unlink."""


@tagged("post_install", "-at_install")
class TestIndexes(test_index.TestIndex):
    """Every inverse of a One2many is indexed."""


@tagged("post_install", "-at_install")
class TestParameterNames(OnlyThisAddon, test_naming.TestNaming):
    """No public method has a parameter that remote calls reserve."""


@tagged("post_install", "-at_install")
class TestOverrides(OnlyThisAddon, test_override_signatures.TestLintOverrideSignatures):
    """Overrides have compatible signatures."""


@tagged("post_install", "-at_install")
class TestDocstrings(OnlyThisAddon, test_docstring.TestDocstring):
    """Docstrings name parameters that exist."""


@tagged("post_install", "-at_install")
class TestRoutes(OnlyThisAddon, test_routes.RoutesLinter):
    """No inherited route repeats what it inherits."""
