"""A sheet to draw cloth and leather on: soft shadows, seams, stitches, folds."""

import math
import re
from contextlib import contextmanager

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1000, 1250
OVERSAMPLE = 2
SOFT = 4  # blurred things are drawn this much smaller, which nobody can see
PAPER_TOP, PAPER_BOTTOM = (242, 240, 236), (226, 222, 216)
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
TOKEN = re.compile(r"[MLQCZ]|-?\d+(?:\.\d+)?")
CURVE_STEPS = 24


def mix(colour, other, share):
    """Return ``colour`` moved by ``share`` (0 to 1) towards ``other``."""
    return tuple(round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))


class Dye:
    """A colour with the tones that go with it.

    :param base: red, green, blue from 0 to 255
    """

    def __init__(self, base):
        self.base = base
        red, green, blue = base
        self.luminance = 0.3 * red + 0.59 * green + 0.11 * blue
        dark_cloth = self.luminance < 75
        self.dark = mix(base, BLACK, 0.45 if dark_cloth else 0.22)
        self.deep = mix(base, BLACK, 0.6 if dark_cloth else 0.4)
        self.light = mix(base, WHITE, 0.18 if dark_cloth else 0.3)
        self.outline = mix(base, BLACK, 0.5 if dark_cloth else 0.34)
        # A seam has to be seen on black cloth as well as on white cloth.
        self.seam = mix(base, WHITE, 0.2) if dark_cloth else mix(base, BLACK, 0.24)
        self.stitch = mix(base, WHITE, 0.34) if dark_cloth else mix(base, BLACK, 0.3)
        # Light folds show on dark cloth, dark folds on light cloth.
        self.fold_dark = 0.42 if dark_cloth else 0.2
        self.fold_light = 0.13 if dark_cloth else 0.3


def _bezier(points, share):
    while len(points) > 1:
        points = [
            (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share)
            for a, b in zip(points, points[1:], strict=False)
        ]
    return points[0]


def path(text):
    """Return the points of a path in SVG's notation (absolute M, L, Q, C only)."""
    numbers_of = {"M": 1, "L": 1, "Q": 2, "C": 3}
    tokens = TOKEN.findall(text)
    points, command, index = [], "M", 0
    while index < len(tokens):
        if tokens[index] in numbers_of:
            command = tokens[index]
            index += 1
        count = numbers_of[command]
        values = [float(token) for token in tokens[index : index + 2 * count]]
        index += 2 * count
        pairs = list(zip(values[::2], values[1::2], strict=True))
        if count == 1:
            points.append(pairs[0])
        else:
            control = [points[-1], *pairs]
            points += [
                _bezier(control, step / CURVE_STEPS)
                for step in range(1, CURVE_STEPS + 1)
            ]
    return points


def mirrored(points):
    """Return the points seen in a mirror standing on the middle of the sheet."""
    return [(WIDTH - x, y) for x, y in points]


def symmetric(text):
    """Return a closed outline from its left half, given from top to bottom."""
    half = path(text)
    return half + mirrored(half)[::-1]


def ellipse(x, y, radius_x, radius_y):
    """Return the outline of an ellipse."""
    return [
        (
            x + radius_x * math.cos(math.tau * step / 72),
            y + radius_y * math.sin(math.tau * step / 72),
        )
        for step in range(72)
    ]


def along(points, distance):
    """Yield points on a line, ``distance`` apart, each with the line's direction."""
    left = 0.0
    for (x1, y1), (x2, y2) in zip(points, points[1:], strict=False):
        length = math.hypot(x2 - x1, y2 - y1)
        if not length:
            continue
        direction = ((x2 - x1) / length, (y2 - y1) / length)
        at = left
        while at < length:
            yield (x1 + direction[0] * at, y1 + direction[1] * at), direction
            at += distance
        left = at - length


class Sheet:
    """A picture in the making. Coordinates run over 1000 by 1250 units.

    :param zoom: how much nearer than the whole product the viewer is
    :param centre: what is in the middle of the picture
    """

    def __init__(self, zoom=1.0, centre=(WIDTH / 2, HEIGHT / 2)):
        self.zoom = zoom
        self.centre = centre
        self.size = (WIDTH * OVERSAMPLE, HEIGHT * OVERSAMPLE)
        self.soft_size = (self.size[0] // SOFT, self.size[1] // SOFT)
        self.image = self._paper()
        self._slope = Image.linear_gradient("L").rotate(-35, expand=False)
        self._slope = self._slope.crop((46, 46, 210, 210)).resize(self.size)
        self._moves = []

    def _paper(self):
        column = Image.new("RGB", (1, 256))
        for y in range(256):
            column.putpixel((0, y), mix(PAPER_TOP, PAPER_BOTTOM, y / 255))
        return column.resize(self.size, Image.Resampling.BICUBIC)

    @contextmanager
    def moved(self, right=0, down=0, scale=1.0, angle=0.0, flip=False):
        """Draw meanwhile a piece elsewhere: turned, scaled about the middle."""
        self._moves.append((right, down, scale, math.radians(angle), flip))
        yield
        self._moves.pop()

    def _place(self, points, scale):
        return [self._place_one(x, y, scale) for x, y in points]

    def _place_one(self, x, y, scale):
        for right, down, size, angle, flip in reversed(self._moves):
            x, y = x - WIDTH / 2, y - HEIGHT / 2
            if flip:
                x = -x
            x, y = (
                size * (x * math.cos(angle) - y * math.sin(angle)),
                size * (x * math.sin(angle) + y * math.cos(angle)),
            )
            x, y = x + WIDTH / 2 + right, y + HEIGHT / 2 + down
        return (
            ((x - self.centre[0]) * self.zoom + WIDTH / 2) * scale,
            ((y - self.centre[1]) * self.zoom + HEIGHT / 2) * scale,
        )

    def _scaled(self, length):
        for _right, _down, size, _angle, _flip in self._moves:
            length *= size
        return length * self.zoom

    def mask(self, *outlines):
        """Return the area inside the outlines, sharp."""
        area = Image.new("L", self.size)
        draw = ImageDraw.Draw(area)
        for outline in outlines:
            draw.polygon(self._place(outline, OVERSAMPLE), fill=255)
        return area

    def _blurred(self, draw_on, blur):
        area = Image.new("L", self.soft_size)
        draw_on(ImageDraw.Draw(area))
        blur = self._scaled(blur) * OVERSAMPLE / SOFT
        return area.filter(ImageFilter.GaussianBlur(blur)).resize(
            self.size, Image.Resampling.BILINEAR
        )

    def _paint(self, colour, area, strength=1.0, within=None):
        if within is not None:
            area = ImageChops.multiply(area, within)
        if strength < 1:
            area = area.point(lambda value: round(value * strength))
        self.image.paste(colour, mask=area)

    def shadow(self, outline, right=10, down=16, blur=16, strength=0.34):
        """Let a piece throw its shadow on what lies below."""
        shifted = [(x + right, y + down) for x, y in outline]
        scale = OVERSAMPLE / SOFT
        area = self._blurred(
            lambda draw: draw.polygon(self._place(shifted, scale), fill=255), blur
        )
        self._paint((54, 48, 44), area, strength)

    def cloth(self, outline, dye, shadow=True, within=None, edge=20, outlined=True):
        """Lay down a piece of cloth and return its area.

        :param outline: its points
        :param dye: a :class:`Dye`
        :param shadow: whether it throws a shadow
        :param within: an area it does not leave
        :param edge: how broadly it is rounded off at its edges, in units
        :param outlined: whether its edge is traced
        """
        if shadow:
            self.shadow(outline)
        area = self.mask(outline)
        if within is not None:
            area = ImageChops.multiply(area, within)
        self.image.paste(dye.base, mask=area)
        self._paint(WHITE, ImageChops.invert(self._slope), 0.10, area)
        self._paint(BLACK, self._slope, 0.13, area)
        if edge:
            rim = self._blurred(lambda draw: self._outside(draw, outline), edge)
            self._paint(dye.deep, rim, 0.55, area)
        if outlined:
            self.line([*outline, outline[0]], dye.outline, 1.7, within=within)
        return area

    def _outside(self, draw, outline):
        draw.rectangle((0, 0, *self.soft_size), fill=255)
        draw.polygon(self._place(outline, OVERSAMPLE / SOFT), fill=0)

    def flat(self, outline, colour, strength=1.0, within=None):
        """Fill an area with a colour, without any shading."""
        self._paint(colour, self.mask(outline), strength, within)

    def line(self, points, colour, width=2.0, strength=1.0, within=None):
        """Draw a sharp line with round joints."""
        area = Image.new("L", self.size)
        draw = ImageDraw.Draw(area)
        placed = self._place(points, OVERSAMPLE)
        pixels = max(1, round(self._scaled(width) * OVERSAMPLE))
        draw.line(placed, fill=255, width=pixels, joint="curve")
        if pixels > 3:
            radius = pixels / 2
            for x, y in (placed[0], placed[-1]):
                draw.ellipse((x - radius, y - radius, x + radius, y + radius), 255)
        self._paint(colour, area, strength, within)

    def lines(self, many, colour, width=2.0, strength=1.0, within=None):
        """Draw several sharp lines in one go."""
        area = Image.new("L", self.size)
        draw = ImageDraw.Draw(area)
        pixels = max(1, round(self._scaled(width) * OVERSAMPLE))
        for points in many:
            placed = self._place(points, OVERSAMPLE)
            draw.line(placed, fill=255, width=pixels, joint="curve")
        self._paint(colour, area, strength, within)

    def stitches(self, points, colour, length=7, gap=6, width=2.0, within=None):
        """Draw a seam: dashes along a line."""
        dashes = [
            [(x, y), (x + dx * length, y + dy * length)]
            for (x, y), (dx, dy) in along(points, length + gap)
        ]
        self.lines(dashes, colour, width, 0.85, within)

    def fold(self, points, dye, within, width=26, blur=12, light=False, strength=1.0):
        """Draw a soft crease (dark), or a soft ridge that catches light."""
        scale = OVERSAMPLE / SOFT
        pixels = max(1, round(self._scaled(width) * scale))

        def crease(draw):
            draw.line(self._place(points, scale), fill=255, width=pixels, joint="curve")

        colour = WHITE if light else dye.deep if dye.luminance > 75 else BLACK
        share = dye.fold_light if light else dye.fold_dark * 1.6
        self._paint(colour, self._blurred(crease, blur), share * strength, within)

    def folds(self, texts, dye, within, **how):
        """Draw creases given as paths, each with its ridge a little to the left."""
        for text in texts:
            points = path(text)
            self.fold(points, dye, within, **how)
            ridge = [(x - 16, y - 6) for x, y in points]
            self.fold(ridge, dye, within, light=True, **how)

    def button(self, x, y, radius, colour):
        """Sew a button on."""
        rim = ellipse(x, y, radius, radius)
        self.shadow(rim, right=2, down=3, blur=2, strength=0.5)
        self.flat(rim, mix(colour, BLACK, 0.25))
        self.flat(ellipse(x - 0.6, y - 0.8, radius * 0.88, radius * 0.88), colour)
        hole = mix(colour, BLACK, 0.5)
        for right, down in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
            step = radius * 0.28
            dot = ellipse(x + right * step, y + down * step, radius / 8, radius / 8)
            self.flat(dot, hole)

    def finished(self):
        """Return the picture in its final size."""
        return self.image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
