"""The pages for people: products, feeds, and the switches of the marketplace."""

from urllib.parse import urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from werkzeug.exceptions import BadRequest, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from ..action.calls import ACTIONS
from ..catalogue.products import FILTERS
from ..core.const import QC_STATUSES, SHOPS
from ..core.fault_answers import SHAPES
from ..core.faults import EXPLANATIONS, KINDS, OPTIONS, InvalidFault
from ..core.http import refuse_foreign_requests
from ..core.poisons import POISONS
from ..core.settings import InvalidSetting, change_settings
from ..rest.calls import ROUTES
from .order_pages import RULES as ORDER_RULES
from .order_pages import OrderPages
from .paging import Paging

PRODUCTS_PER_PAGE = 50
FEEDS_PER_PAGE = 40
SHOWN_MESSAGES = 200
SHOWN_DOCUMENT = 20_000
# Only our own pictures, and the style in the page itself.
SECURITY_POLICY = (
    "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_ROUTES = Map(
    [
        Rule("/", endpoint="products", methods=["GET"]),
        Rule("/product", endpoint="product", methods=["GET"]),
        Rule("/feeds", endpoint="feeds", methods=["GET"]),
        Rule("/feed", endpoint="feed", methods=["GET"]),
        Rule("/switches", endpoint="switches", methods=["GET"]),
        Rule("/picture/<checksum>.jpg", endpoint="picture", methods=["GET"]),
        Rule("/switches/add", endpoint="add_fault", methods=["POST"]),
        Rule("/switches/remove", endpoint="remove_fault", methods=["POST"]),
        Rule("/switches/settings", endpoint="settings", methods=["POST"]),
        Rule("/switches/revoke", endpoint="revoke", methods=["POST"]),
        Rule("/switches/process", endpoint="process", methods=["POST"]),
        Rule("/switches/reset", endpoint="reset", methods=["POST"]),
        Rule("/product/review", endpoint="review", methods=["POST"]),
        Rule("/feed/cancel", endpoint="cancel", methods=["POST"]),
        *ORDER_RULES,
    ]
)


class Page(OrderPages):
    """Shows one marketplace to people."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self._templates = Environment(
            loader=PackageLoader(__package__),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["datetime"] = self._format_time

    @staticmethod
    def accepts(request):
        """Accept all requests that no API accepts."""
        return True

    def respond(self, request):
        """Show a page or carry out a form.

        :param request: werkzeug request.
        :return: werkzeug response.
        :raise Forbidden: if the request comes from elsewhere.
        """
        refuse_foreign_requests(request)
        try:
            name, arguments = _ROUTES.bind_to_environ(request.environ).match()
            return getattr(self, f"_{name}")(request, **arguments)
        except (BadRequest, MethodNotAllowed, NotFound) as error:
            return self._render(
                "error.html", error.code, title=error.name, text=error.description
            )

    def _products(self, request):
        name = request.args.get("filter", "all")
        word = request.args.get("search", "").strip()
        self.sandbox.run_due_tasks()
        with self.sandbox.lock:
            products = list(self.sandbox.products.values())
            chosen = [
                one
                for one in reversed(products)
                if FILTERS.get(name, FILTERS["all"])(one) and _mentions(one, word)
            ]
            page = Paging(request, chosen, PRODUCTS_PER_PAGE)
            counts = {key: sum(map(match, products)) for key, match in FILTERS.items()}
            return self._render(
                "products.html",
                page=page,
                counts=counts,
                chosen=name,
                search=word,
                feeds=self.sandbox.queue.recent()[:5],
            )

    def _product(self, request):
        self.sandbox.run_due_tasks()
        with self.sandbox.lock:
            product = self.sandbox.products.get(request.args.get("sku", ""))
            if not product:
                raise NotFound("There is no product with that SKU.")
            siblings = self.sandbox.groups.members(product.group)
            return self._render(
                "product.html",
                product=product,
                siblings=[one for one in siblings if one is not product],
                category=self._category_path,
                qc_statuses=QC_STATUSES,
                now=self.sandbox.now(),
                known_feeds=self.sandbox.feeds,
            )

    def _feeds(self, request):
        self.sandbox.run_due_tasks()
        with self.sandbox.lock:
            page = Paging(request, self.sandbox.queue.recent(), FEEDS_PER_PAGE)
            return self._render("feeds.html", page=page)

    def _feed(self, request):
        self.sandbox.run_due_tasks()
        with self.sandbox.lock:
            feed = self.sandbox.feeds.get(request.args.get("id", ""))
            if not feed:
                raise NotFound("There is no feed with that id.")
            document = feed.payload[:SHOWN_DOCUMENT].decode(errors="replace")
            return self._render(
                "feed.html",
                feed=feed,
                document=document,
                cut_off=len(feed.payload) > SHOWN_DOCUMENT,
                shown=SHOWN_MESSAGES,
            )

    def _switches(self, request, *, problem="", status=200):
        return self._render(
            "switches.html",
            status,
            faults=list(self.sandbox.faults),
            kinds={kind: EXPLANATIONS[kind] for kind in KINDS},
            actions=sorted({*ACTIONS, *(one.action for one in ROUTES)}),
            shapes=SHAPES,
            poisons=POISONS,
            settings=self.sandbox.settings,
            shops=SHOPS,
            credentials=list(self._credentials()),
            problem=problem,
        )

    def _credentials(self):
        for application in self.sandbox.applications.values():
            yield self.sandbox.users[application.user_id], application

    def _picture(self, request, checksum):
        content = self.sandbox.images.thumbnails.get(checksum)
        if not content:
            raise NotFound()
        response = Response(content, content_type="image/jpeg")
        response.cache_control.max_age = 86400
        response.cache_control.immutable = True
        return response

    def _add_fault(self, request):
        form = {name: value for name, value in request.form.items() if value.strip()}
        kind = form.get("kind", "")
        options = {name: form[name] for name in OPTIONS.get(kind, ()) if name in form}
        try:
            times = int(form["times"]) if "times" in form else None
            action = form.get("action", "*")
            self.sandbox.faults.add(kind, action=action, times=times, **options)
        except InvalidFault as error:
            return self._switches(request, problem=str(error), status=400)
        except ValueError:
            return self._switches(request, problem="Times is a number.", status=400)
        return redirect("/switches", 303)

    def _remove_fault(self, request):
        if "index" in request.form:
            self.sandbox.faults.remove(request.form.get("index", -1, int))
        else:
            self.sandbox.faults.clear()
        return redirect("/switches", 303)

    def _settings(self, request):
        form = request.form
        values = {
            "versions": form.get("versions", "").replace(",", " ").split(),
            "auto_process": "auto_process" in form,
            "auto_review": "auto_review" in form,
        }
        for name in ("processing_delay", "review_delay", "clock_offset"):
            values[name] = form.get(name, "")
        for name in ("active_shop", "token_lifetime", "calls_per_second"):
            if name in form:
                values[name] = form[name]
        try:
            change_settings(self.sandbox, values)
        except InvalidSetting as error:
            return self._switches(request, problem=f"{error}.", status=400)
        return redirect("/switches", 303)

    def _revoke(self, request):
        with self.sandbox.lock:
            self.sandbox.tokens.clear()
        return redirect("/switches", 303)

    def _process(self, request):
        if "release" in request.form:
            self.sandbox.queue.release()
        self.sandbox.process()
        return redirect("/feeds", 303)

    def _reset(self, request):
        self.sandbox.reset()
        return redirect("/", 303)

    def _review(self, request):
        sku, form = request.form.get("sku", ""), request.form
        try:
            with self.sandbox.lock:
                self.sandbox.quality.review(
                    sku, form.get("status", ""), form.get("reason", "").strip()
                )
        except ValueError as error:
            raise BadRequest(str(error)) from error
        return redirect(f"/product?{urlencode({'sku': sku})}", 303)

    def _cancel(self, request):
        feed = self.sandbox.feeds.get(request.form.get("id", ""))
        if not feed:
            raise NotFound("There is no feed with that id.")
        self.sandbox.queue.cancel(feed)
        return redirect(f"/feed?{urlencode({'id': feed.id})}", 303)

    def _render(self, template, status=200, **values):
        sandbox = self.sandbox
        text = self._templates.get_template(template).render(
            has_open_feeds=any(
                feed.is_open and not feed.stuck for feed in sandbox.feeds.values()
            ),
            fault_count=len(list(sandbox.faults)),
            clock=sandbox.now(),
            **values,
        )
        response = Response(text, status, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = SECURITY_POLICY
        response.headers["Cache-Control"] = "no-store"
        return response

    def _format_time(self, time):
        return time.astimezone(self.sandbox.zone).strftime("%d %b %Y, %H:%M:%S")

    def _category_path(self, category_id):
        category = self.sandbox.taxonomy.categories.get(category_id)
        return " › ".join(category.path) if category else category_id


def _mentions(product, word):
    texts = (product.seller_sku, product.parent_sku, product.name, product.brand)
    return word.casefold() in "\n".join(texts).casefold()
