"""Garments, shoes and bags, laid flat; each function draws one in one colour."""

from .sheet import Dye, ellipse, mirrored, mix, path, symmetric

LEATHER_SOLE = (92, 66, 48)
RUBBER = (236, 232, 222)
METAL = (190, 178, 150)
WOOD = (214, 196, 168)


def _pair(draw, text):
    """Draw a part and its mirror image; return the area of the last one."""
    left = path(text)
    draw(left)
    return draw(mirrored(left))


def dress(sheet, dye):
    """Draw a wrap dress with a tied waist."""
    _pair(
        lambda outline: sheet.cloth(outline, dye),
        "M372 190 C320 214 286 262 268 330 L226 500 C258 520 300 528 338 524 "
        "L362 420 C372 340 372 260 372 190",
    )
    body = symmetric(
        "M500 420 C450 340 420 250 404 172 L366 190 C362 300 352 400 376 512 "
        "C330 720 270 900 236 1110 C320 1150 410 1160 500 1160"
    )
    area = sheet.cloth(body, dye)
    back = path("M404 172 C430 210 470 226 500 226 C530 226 570 210 596 172 L500 420")
    sheet.cloth(back, Dye(dye.dark), shadow=False, edge=10)
    sheet.fold(path("M596 172 C560 300 500 420 400 520"), dye, area, width=16)
    sheet.line(path("M596 172 C560 300 500 420 380 512"), dye.outline, 3)
    sheet.folds(
        [
            "M420 560 C390 760 340 940 320 1130",
            "M500 570 C500 780 470 960 450 1150",
            "M590 560 C620 760 640 940 650 1140",
        ],
        dye,
        area,
    )
    belt = symmetric(
        "M500 500 C450 500 410 498 374 492 L372 536 C420 546 460 548 500 548"
    )
    sheet.cloth(belt, Dye(dye.dark), shadow=False, edge=8)
    for tie in (
        "M560 540 L640 760 L606 776 L536 548",
        "M566 540 L566 790 L532 790 L540 548",
    ):
        sheet.cloth(path(tie), dye, edge=8)


def knit(sheet, dye):
    """Draw a jumper with ribbed cuffs and a crew neck."""
    sleeve = (
        "M352 230 C300 246 262 290 240 360 L150 830 C176 852 222 862 258 856 "
        "L344 520 C350 420 352 320 352 230"
    )
    _pair(lambda outline: sheet.cloth(outline, dye), sleeve)
    body = symmetric(
        "M500 290 C450 290 414 262 400 200 L340 232 C320 330 316 440 314 540 "
        "C314 700 306 860 300 980 C360 996 430 1000 500 1000"
    )
    area = sheet.cloth(body, dye)
    rows = [
        path(f"M300 {y} C400 {y + 10} 600 {y + 10} 700 {y}")
        for y in range(330, 920, 14)
    ]
    sheet.lines(rows, dye.seam, 1.6, 0.4, area)
    for x in range(304, 700, 10):
        sheet.line([(x, 930), (x, 998)], dye.seam, 2, 0.7, area)
    sheet.line(path("M300 926 C400 938 600 938 700 926"), dye.outline, 2, within=area)
    sheet.folds(
        ["M330 620 C400 660 430 760 420 880", "M670 640 C620 690 600 780 606 900"],
        dye,
        area,
    )
    neck = path("M401 200 C416 262 450 290 500 290 C550 290 584 262 599 200")
    sheet.line(neck, dye.outline, 34)
    sheet.line(neck, dye.dark, 30)


def coat(sheet, dye):
    """Draw a hooded parka with a zip and two pockets."""
    hood = symmetric("M500 120 C430 116 372 150 356 232 C400 282 460 300 500 300")
    sheet.cloth(hood, Dye(dye.dark))
    _pair(
        lambda outline: sheet.cloth(outline, dye),
        "M346 246 C296 266 258 312 238 384 L160 860 C190 884 238 894 276 886 "
        "L352 520 C356 430 352 330 346 246",
    )
    body = symmetric(
        "M500 310 C440 310 386 286 356 236 C330 340 322 460 318 580 "
        "C314 760 302 920 296 1080 C360 1100 430 1106 500 1106"
    )
    area = sheet.cloth(body, dye)
    sheet.line([(500, 306), (500, 1104)], dye.outline, 10, within=area)
    sheet.stitches([(478, 320), (478, 1100)], dye.stitch, within=area)
    sheet.stitches([(522, 320), (522, 1100)], dye.stitch, within=area)
    for pocket in (
        "M350 760 L450 760 L450 900 L350 900",
        "M550 760 L650 760 L650 900 L550 900",
    ):
        outline = path(pocket)
        sheet.cloth(outline, dye, edge=10)
        flap = [(x, y if y < 800 else 800) for x, y in outline]
        sheet.cloth(flap, Dye(dye.dark), edge=8)
    for y in (360, 470, 580, 690, 800, 910):
        sheet.button(500, y, 13, METAL)
    sheet.folds(
        ["M330 560 C380 600 400 660 396 740", "M672 540 C630 600 610 670 612 740"],
        dye,
        area,
    )
    sheet.stitches(
        path("M296 1074 C400 1094 600 1094 704 1074"), dye.stitch, within=area
    )


def shirt(sheet, dye):
    """Draw a button-up shirt with a collar and a chest pocket."""
    _pair(
        lambda outline: sheet.cloth(outline, dye),
        "M344 214 C292 234 254 284 234 352 L150 800 C180 824 226 834 264 826 "
        "L346 500 C350 400 348 300 344 214",
    )
    body = symmetric(
        "M500 262 C450 258 416 232 402 184 L336 216 C318 330 314 440 312 540 "
        "C312 720 304 880 298 1020 C340 1080 440 1084 500 1060"
    )
    area = sheet.cloth(body, dye)
    sheet.line([(474, 270), (474, 1064)], dye.outline, 2, within=area)
    sheet.line([(526, 270), (526, 1064)], dye.outline, 2, within=area)
    for y in range(310, 1020, 100):
        sheet.button(500, y, 11, mix(dye.light, (255, 255, 255), 0.5))
    pocket = path("M560 420 L666 420 L666 530 L613 556 L560 530")
    sheet.cloth(pocket, dye, edge=8)
    sheet.stitches([*pocket, pocket[0]], dye.stitch)
    sheet.folds(
        ["M316 560 C370 600 392 680 390 800", "M684 640 C640 690 610 760 606 900"],
        dye,
        area,
    )
    _pair(
        lambda outline: sheet.cloth(outline, dye, edge=8),
        "M500 258 C460 250 424 222 404 170 C388 182 374 200 366 224 L430 316 L500 262",
    )


def skirt(sheet, dye):
    """Draw a pleated midi skirt."""
    body = symmetric(
        "M500 300 C440 300 400 298 366 292 C330 520 280 760 226 990 "
        "C320 1030 410 1040 500 1040"
    )
    area = sheet.cloth(body, dye)
    for top, bottom in zip(range(374, 640, 22), range(236, 800, 44), strict=False):
        sheet.fold([(top, 340), (bottom, 1040)], dye, area, width=10, blur=5)
        sheet.fold(
            [(top + 9, 340), (bottom + 20, 1040)],
            dye,
            area,
            width=8,
            blur=5,
            light=True,
        )
    band = symmetric(
        "M500 266 C450 266 406 264 370 258 L366 322 C410 330 460 332 500 332"
    )
    sheet.cloth(band, Dye(dye.dark), edge=8)
    sheet.stitches(path("M372 314 C430 324 570 324 628 314"), dye.stitch)


def pants(sheet, dye):
    """Draw wide trousers with a pressed crease."""
    legs = symmetric(
        "M500 420 C496 600 488 860 470 1130 C400 1146 320 1142 262 1126 "
        "C290 820 318 520 350 220 C400 230 450 232 500 232"
    )
    legs = path(
        "M350 220 C400 230 450 232 500 232 C550 232 600 230 650 220 "
        "C682 520 710 820 738 1126 C680 1142 600 1146 530 1130 "
        "C512 860 504 600 500 440 C496 600 488 860 470 1130 "
        "C400 1146 320 1142 262 1126 C290 820 318 520 350 220"
    )
    area = sheet.cloth(legs, dye)
    for crease in (
        "M420 330 C396 600 378 860 366 1130",
        "M580 330 C604 600 622 860 634 1130",
    ):
        sheet.fold(path(crease), dye, area, width=14, blur=6)
        sheet.line(path(crease), dye.seam, 2, 0.6, area)
    band = path("M352 196 C450 210 550 210 648 196 L654 250 C550 264 450 264 346 250")
    sheet.cloth(band, dye, edge=8)
    sheet.stitches(path("M350 242 C450 256 550 256 650 242"), dye.stitch)
    sheet.button(500, 232, 12, METAL)
    sheet.line(path("M500 262 C506 330 504 390 500 440"), dye.outline, 3)
    for pocket in (
        "M352 262 C372 320 366 360 340 400",
        "M648 262 C628 320 634 360 660 400",
    ):
        sheet.line(path(pocket), dye.outline, 3, within=area)


def hat(sheet, dye):
    """Draw a ribbed beanie with a turned-up brim."""
    crown = symmetric("M500 330 C360 330 286 470 270 760 C350 790 430 800 500 800")
    area = sheet.cloth(crown, dye)
    for share in range(-6, 7):
        foot = 500 + share * 36
        sheet.fold(
            path(
                f"M{500 + share * 8} 340 C{500 + share * 26} 480 {foot} 620 {foot} 800"
            ),
            dye,
            area,
            width=9,
            blur=4,
        )
    brim = symmetric(
        "M500 742 C410 742 330 732 262 714 L256 900 C330 926 410 936 500 936"
    )
    turned = sheet.cloth(brim, dye)
    for x in range(258, 750, 18):
        sheet.line([(x, 700), (x, 940)], dye.seam, 5, 0.7, turned)
    sheet.flat(path("M570 820 L660 812 L660 866 L570 874"), (226, 220, 208))
    sheet.shadow(ellipse(500, 318, 40, 22), strength=0.2)


def bag(sheet, dye):
    """Draw a leather tote with two handles and stitched edges."""
    for handle, width in (("M380 470 C380 200 620 200 620 470", 34),):
        sheet.shadow(path(handle), strength=0.2)
        sheet.line(path(handle), dye.dark, width)
        sheet.line(path(handle), dye.base, width - 8)
        sheet.stitches(path(handle), dye.stitch)
    body = symmetric("M500 440 L262 440 L226 1040 C300 1066 400 1072 500 1072")
    area = sheet.cloth(body, dye)
    sheet.stitches(path("M272 462 L728 462"), dye.stitch)
    sheet.stitches(path("M240 1020 C360 1050 640 1050 760 1020"), dye.stitch)
    sheet.folds(
        ["M300 520 C330 700 320 860 290 1000", "M700 520 C670 700 680 860 712 1000"],
        dye,
        area,
    )
    for x in (380, 620):
        sheet.cloth(
            path(f"M{x - 26} 430 L{x + 26} 430 L{x + 26} 520 L{x} 552 L{x - 26} 520"),
            Dye(dye.dark),
            edge=6,
        )
        sheet.button(x, 500, 12, METAL)
    sheet.flat(path("M440 700 L560 700 L560 742 L440 742"), dye.dark, 0.7)


def boot(sheet, dye):
    """Draw a Chelsea boot from the side."""
    upper = path(
        "M360 300 C440 320 540 320 620 296 C626 440 640 590 690 690 "
        "C770 730 850 770 872 850 L872 900 L320 900 C326 760 352 520 360 300"
    )
    area = sheet.cloth(upper, dye)
    gore = path("M420 330 C440 470 470 590 510 640 C560 590 566 460 566 326")
    sheet.cloth(gore, Dye(dye.dark), shadow=False, within=area, edge=6)
    for x in range(430, 566, 10):
        sheet.line([(x, 330), (x + 10, 640)], dye.outline, 2, 0.5, area)
    sole = path("M312 896 L878 896 C886 920 880 940 860 946 L470 946 L460 990 L312 990")
    sheet.cloth(sole, Dye(LEATHER_SOLE), edge=8)
    sheet.stitches(path("M330 908 L866 908"), (200, 180, 150))
    sheet.fold(path("M690 690 C660 740 640 800 640 880"), dye, area, width=22)
    sheet.fold(
        path("M760 760 C790 780 830 820 850 870"), dye, area, width=26, light=True
    )
    sheet.line(path("M352 276 L352 330"), dye.outline, 12)


def sneaker(sheet, dye):
    """Draw a low court sneaker from the side."""
    upper = path(
        "M222 520 C250 500 300 500 340 530 C420 600 500 560 540 500 "
        "C620 620 760 690 850 720 C900 744 912 800 908 850 L190 850 "
        "C186 740 196 610 222 520"
    )
    area = sheet.cloth(upper, dye)
    sheet.cloth(
        path("M760 690 C850 716 916 760 908 850 L700 850 C700 780 720 720 760 690"),
        Dye(dye.light),
        shadow=False,
        within=area,
        edge=8,
    )
    sheet.cloth(
        path("M216 560 C260 600 300 700 300 850 L190 850 C188 740 198 640 216 560"),
        Dye(dye.dark),
        shadow=False,
        within=area,
        edge=8,
    )
    sole = path(
        "M180 840 L916 840 C926 880 914 920 880 930 L214 930 C186 926 174 890 180 840"
    )
    sheet.cloth(sole, Dye(RUBBER), edge=10)
    sheet.stitches(path("M196 860 L902 860"), (180, 174, 162))
    for step in range(6):
        x, y = 548 + step * 34, 520 + step * 30
        sheet.line([(x, y), (x + 60, y - 34)], RUBBER, 14)
        sheet.line([(x, y), (x + 60, y - 34)], mix(RUBBER, (0, 0, 0), 0.2), 2)
    sheet.stitches(path("M560 560 C640 660 740 720 760 730"), dye.stitch)
    sheet.fold(path("M420 600 C440 700 430 780 420 850"), dye, area, width=18)


def sandal(sheet, dye):
    """Draw a pair of slide sandals from above."""
    for right in (0, 330):
        sole = [
            (x + right, y)
            for x, y in path(
                "M240 260 C320 240 390 320 380 470 C376 600 396 720 384 860 "
                "C376 960 250 970 226 870 C204 760 216 640 196 500 "
                "C184 380 190 280 240 260"
            )
        ]
        sheet.cloth(sole, Dye(WOOD))
        inner = [
            ((x - 288 - right) * 0.86 + 288 + right, (y - 610) * 0.93 + 610)
            for x, y in sole
        ]
        sheet.stitches([*inner, inner[0]], (150, 128, 100))
        strap = [
            (x + right, y)
            for x, y in path(
                "M170 430 C240 380 340 380 408 440 L404 590 C330 540 240 540 180 590"
            )
        ]
        area = sheet.cloth(strap, dye)
        sheet.stitches(
            [(x + right, y) for x, y in path("M180 446 C246 400 334 400 398 454")],
            dye.stitch,
            within=area,
        )
        sheet.stitches(
            [(x + right, y) for x, y in path("M188 572 C250 528 330 528 398 574")],
            dye.stitch,
            within=area,
        )
