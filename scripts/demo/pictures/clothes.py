"""Clothes, laid flat. Each function draws one garment in one colour."""

from .sheet import Dye, mirrored, mix, path, symmetric

METAL = (196, 192, 184)
LABEL = (238, 234, 226)


def _both(text):
    left = path(text)
    return left, mirrored(left)


def _rail(start, end, steps):
    for step in range(steps + 1):
        share = step / steps
        yield (
            start[0] + (end[0] - start[0]) * share,
            start[1] + (end[1] - start[1]) * share,
        )


def _ribs(sheet, top_left, top_right, bottom_left, bottom_right, dye, area, count):
    """Draw the ribs of a knitted band between its upper and its lower edge."""
    tops = _rail(top_left, top_right, count)
    bottoms = _rail(bottom_left, bottom_right, count)
    ribs = [[top, bottom] for top, bottom in zip(tops, bottoms, strict=True)]
    sheet.lines(ribs, dye.seam, 2.4, 0.75, area)


def _neck_label(sheet, y, width=74, height=34):
    label = path(
        f"M{500 - width / 2} {y} L{500 + width / 2} {y} "
        f"L{500 + width / 2} {y + height} L{500 - width / 2} {y + height}"
    )
    sheet.flat(label, LABEL)
    sheet.lines(
        [[(500 - width / 4, y + height / 2), (500 + width / 4, y + height / 2)]],
        mix(LABEL, (0, 0, 0), 0.45),
        2.5,
    )


def tee(sheet, dye):
    """Draw a T-shirt with a ribbed crew neck."""
    inside = symmetric("M500 205 C455 205 425 200 402 184 L430 262 L500 290")
    sheet.cloth(inside, Dye(dye.dark), shadow=False, edge=8)
    _neck_label(sheet, 222)
    for sleeve in _both(
        "M330 212 C280 228 238 256 212 304 L112 478 C150 512 196 532 248 540 "
        "L306 440 C310 360 316 290 330 212"
    ):
        area = sheet.cloth(sleeve, dye)
        mirror = sleeve[0][0] > 500
        crease = path("M304 436 C276 410 262 380 262 330")
        hem = path("M120 464 C158 496 204 516 257 524")
        hem_2 = path("M126 454 C163 486 208 505 263 512")
        if mirror:
            crease, hem, hem_2 = mirrored(crease), mirrored(hem), mirrored(hem_2)
        sheet.fold(crease, dye, area)
        sheet.stitches(hem, dye.stitch)
        sheet.stitches(hem_2, dye.stitch)
    body = symmetric(
        "M500 284 C442 284 410 250 398 186 L326 212 C306 286 304 372 296 446 "
        "C306 640 300 850 290 1054 C360 1068 430 1072 500 1072"
    )
    area = sheet.cloth(body, dye)
    sheet.folds(
        [
            "M300 452 C350 480 380 520 396 580",
            "M344 1060 C352 960 346 860 366 760",
            "M470 1066 C462 1000 474 940 466 860",
        ],
        dye,
        area,
    )
    sheet.fold(path("M702 452 C650 476 622 516 604 586"), dye, area)
    sheet.fold(path("M640 1064 C634 960 650 850 628 770"), dye, area)
    sheet.fold(
        path("M470 420 C500 600 560 700 540 900"),
        dye,
        area,
        width=90,
        blur=50,
        light=True,
    )
    for y in (1040, 1028):
        sheet.stitches(
            path(f"M296 {y} C400 {y + 14} 600 {y + 14} 704 {y}"),
            dye.stitch,
            within=area,
        )
    neck = path("M399 186 C410 250 442 284 500 284 C558 284 590 250 601 186")
    collar = [(x, y - 12) for x, y in neck]
    sheet.shadow([*neck, *collar[::-1]], right=1, down=4, blur=4, strength=0.3)
    sheet.line(neck, dye.outline, 31)
    sheet.line(neck, dye.base, 28)
    ribs = [
        [(x - 13 * dy, y + 13 * dx), (x + 13 * dy, y - 13 * dx)]
        for (x, y), (dx, dy) in _walk(neck, 8)
    ]
    sheet.lines(ribs, dye.seam, 1.6, 0.5)
    sheet.stitches(
        path("M376 206 C390 280 432 312 500 312 C568 312 610 280 624 206"), dye.stitch
    )


def _walk(points, distance):
    from .sheet import along

    return along(points, distance)
