"""From what was measured to rows and a table."""

from statistics import median

MEASURES = ("seconds", "cpu", "queries")
#: Of feeds: their log as written, and without the room that becomes free.
LOG = ("log_mb_per_million", "packed_mb_per_million")
#: What each name is compared with, and what the ratio is called.
COMPARED = {
    **dict.fromkeys(
        ("price", "price_thresholds", "update", "create", "image", "remove"),
        ("floor_price", "ratio_to_floor"),
    ),
    "stock": ("floor_stock", "ratio_to_floor"),
    **dict.fromkeys(
        ("detect_nothing", "detect_1_percent", "detect_all"), ("own", "ratio_to_own")
    ),
    **{
        f"order_{goal}": (f"odoo_order_{goal}", "ratio_to_odoo")
        for goal in ("quotation", "confirmed", "invoiced", "paid")
    },
    "peer_price": ("price", "ratio_to_connector"),
    "peer_price_single": ("price", "ratio_to_connector"),
    "peer_stock": ("stock", "ratio_to_connector"),
    **{
        f"peer_order_{goal}": (f"order_{goal}", "ratio_to_connector")
        for goal in ("confirmed", "invoiced", "paid")
    },
}
#: The end of a name of what was measured with many price rules.
WITH_RULES = "_5000_rules"
TITLES = (
    "measured",
    "size",
    "ms/1000",
    "CPU ms/1000",
    "queries/1000",
    "peak MB",
    "log MB",
    "ratio",
)
SCREEN_TITLES = ("screen", "size", "records", "ms", "CPU ms", "queries", "ratio")
ACCOUNT_TITLES = ("20 accounts", "s", "fastest", "slowest", "ratio")
#: What the job queue is compared with.
OWN_WAY = "crons"
#: What all screens are compared with.
OWN_SCREEN = "variants"


def make_rows(measured):
    """Make a row of each thing that was measured.

    :param measured: dict, name -> its costs, one dict for each round: `size`,
        `seconds`, `cpu` (seconds), `queries` and `peak_mb`
    :return: a list of dicts; the ratio is one of CPU, where there is another to
        compare with
    """
    rows = {name: _row(name, costs) for name, costs in measured.items()}
    for name, row in rows.items():
        _add_ratio(name, row, rows)
    return list(rows.values())


def _row(name, costs):
    size = costs[0]["size"]
    row = {"name": name, "size": size}
    for measure in MEASURES:
        middle = median(cost[measure] for cost in costs)
        row[f"{measure}_per_1000"] = middle * 1000 / size
    for measure in ("peak_mb", *LOG):
        if measure in costs[0]:
            row[measure] = median(cost[measure] for cost in costs)
    return {key: _rounded(value) for key, value in row.items()}


def _add_ratio(name, row, rows):
    base, _, rules = name.partition(WITH_RULES)
    if base not in COMPARED:
        return
    other, key = COMPARED[base]
    # With rules, Odoo's own prices take longer, too; the floor knows no rules.
    own = rows.get(f"{other}{WITH_RULES}") if name != base else None
    other = own or rows.get(other)
    if other and other["cpu_per_1000"]:
        row[key] = round(row["cpu_per_1000"] / other["cpu_per_1000"], 2)


def _rounded(value):
    return round(value, 4) if isinstance(value, float) else value


def format_table(rows):
    """Lay rows out for a terminal.

    :param rows: from `make_rows`
    :return: the text
    """
    return _laid_out([TITLES, *map(_cells, rows)])


def screen_rows(measured):
    """Make a row of each screen.

    :param measured: dict, name -> its costs, one dict for each round: `size`,
        `records`, `seconds`, `cpu` (seconds) and `queries`
    :return: a list of dicts; the ratios are to Odoo's own list, of CPU and of time
    """
    rows = [_screen_row(name, costs) for name, costs in measured.items()]
    own = next(row for row in rows if row["name"] == f"screen_{OWN_SCREEN}")
    for row in rows:
        row["ratio_to_variants"] = round(row["cpu_ms"] / own["cpu_ms"], 2)
        row["time_to_variants"] = round(row["ms"] / own["ms"], 2)
    return rows


def _screen_row(name, costs):
    middle = {
        measure: median(cost[measure] for cost in costs)
        for measure in ("seconds", "cpu", "queries")
    }
    return {
        "name": f"screen_{name}",
        "size": costs[0]["size"],
        "records": costs[0]["records"],
        "ms": round(middle["seconds"] * 1000, 1),
        "cpu_ms": round(middle["cpu"] * 1000, 1),
        "queries": middle["queries"],
    }


def format_screens(rows):
    """Lay rows of screens out for a terminal.

    :param rows: from `screen_rows`
    :return: the text
    """
    return _laid_out([SCREEN_TITLES, *map(_screen_cells, rows)])


def _screen_cells(row):
    return (
        row["name"],
        str(row["size"]),
        str(row["records"]),
        f"{row['ms']:.0f}",
        f"{row['cpu_ms']:.0f}",
        f"{row['queries']:.0f}",
        f"{row['ratio_to_variants']} x variants, {row['time_to_variants']} in time",
    )


def account_rows(measured):
    """Make a row of each way in which many accounts are served.

    :param measured: dict, name -> the seconds of each round
    :return: a list of dicts; the ratio is one of time, to scheduled jobs alone
    """
    own = median(measured[OWN_WAY])
    return [
        {
            "name": name,
            "seconds": round(median(seconds), 1),
            "fastest": round(min(seconds), 1),
            "slowest": round(max(seconds), 1),
            "time_to_crons": round(median(seconds) / own, 2),
        }
        for name, seconds in measured.items()
    ]


def format_accounts(rows):
    """Lay rows of many accounts out for a terminal.

    :param rows: from `account_rows`
    :return: the text
    """
    return _laid_out([ACCOUNT_TITLES, *([*map(str, row.values())] for row in rows)])


def _laid_out(lines):
    """Lay cells out, the first line being the titles."""
    places = range(len(lines[0]))
    widths = [max(len(line[place]) for line in lines) for place in places]
    texts = [_line(line, widths) for line in lines]
    texts.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(texts)


def _cells(row):
    ratio = next((f"{row[key]} {_words(key)}" for key in row if "ratio" in key), "")
    return (
        row["name"],
        str(row["size"]),
        f"{row['seconds_per_1000'] * 1000:.0f}",
        f"{row['cpu_per_1000'] * 1000:.0f}",
        f"{row['queries_per_1000']:.0f}",
        f"{row['peak_mb']:.0f}",
        " / ".join(f"{row[name]:.0f}" for name in LOG if name in row),
        ratio,
    )


def _words(key):
    return f"x {key.removeprefix('ratio_to_')}"


def _line(cells, widths):
    name, *numbers, ratio = cells
    numbers = [
        cell.rjust(width) for cell, width in zip(numbers, widths[1:-1], strict=True)
    ]
    return "  ".join([name.ljust(widths[0]), *numbers, ratio]).rstrip()
