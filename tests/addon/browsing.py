"""What tests in a real browser share."""

#: A video-call effect that Debian leaves out; the browser calls that an error.
MISSING_SCRIPT = "mail/static/lib/selfie_segmentation/selfie_segmentation.js"
#: What Odoo's backend loads in a browser, and what a tour adds to it.
BUNDLES = ("web.assets_web", "web.assets_web_print", "web.assets_tests")


def prepare_pages(env):
    """Have Odoo's pages ready for a browser.

    :param env: the environment of the test class
    """
    env["ir.asset"].create(
        {
            "name": "Left out by Debian",
            "directive": "remove",
            "bundle": "web.assets_backend",
            "path": MISSING_SCRIPT,
        }
    )
    make_bundles(env)


def make_bundles(env):
    """Make what pages load; while it is made, a browser would wait too long.

    :param env: any environment
    """
    for name in BUNDLES:
        bundle = env["ir.qweb"]._get_asset_bundle(name)
        bundle.js()
        bundle.css()
