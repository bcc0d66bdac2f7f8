"""Single things that stand, float or fly in a scene."""

import numpy as np

from canvas import Canvas, mix, rgb
from grounds import pick
from lights import Light

_GLOW = rgb(255, 214, 120)
_ROOFS = [(176, 74, 52), (150, 60, 56), (96, 84, 96), (120, 92, 66), (70, 96, 124)]
_WALLS = [(236, 226, 206), (222, 200, 168), (206, 150, 116), (240, 238, 232), (196, 206, 214)]


def house(c: Canvas, light: Light, x, base, size, depth=0.0):
    r = c.rng
    wall, roof = pick(r, _WALLS), pick(r, _ROOFS)
    if light.name == 'snow':
        roof = rgb(246, 249, 255)
    w, h = size * r.uniform(0.8, 1.2), size * r.uniform(0.6, 0.85)
    c.rectangle(x, base - h, x + w, base, light.shade(wall, depth))
    c.rectangle(x + w * 0.68, base - h, x + w, base, light.shade(wall * 0.78, depth))
    peak = base - h - size * r.uniform(0.4, 0.6)
    c.polygon(
        [(x - w * 0.09, base - h), (x + w * 1.09, base - h), (x + w * 0.74, peak), (x + w * 0.3, peak)],
        light.shade(roof, depth),
    )
    pane = (
        _GLOW
        if light.dark or (light.name in ('sunset', 'storm', 'mist') and r.random() < 0.6)
        else light.shade(rgb(70, 84, 104), depth)
    )
    for k in (0.16, 0.46):
        c.rectangle(x + w * k, base - h * 0.75, x + w * (k + 0.18), base - h * 0.42, pane)
    c.rectangle(x + w * 0.34, base - h * 0.34, x + w * 0.5, base, light.shade(rgb(96, 66, 48), depth))


def church(c: Canvas, light: Light, x, base, size, depth=0.0):
    wall = light.shade(pick(c.rng, _WALLS), depth)
    c.rectangle(x, base - size, x + size * 0.34, base, wall)
    c.polygon(
        [
            (x - size * 0.05, base - size),
            (x + size * 0.39, base - size),
            (x + size * 0.17, base - size * 1.75),
        ],
        light.shade(pick(c.rng, _ROOFS), depth),
    )
    c.rectangle(
        x + size * 0.11,
        base - size * 0.8,
        x + size * 0.23,
        base - size * 0.55,
        _GLOW if light.dark else wall * 0.5,
    )


def boat(c: Canvas, light: Light, x, base, size, depth=0.0, sails=True):
    r = c.rng
    hull = pick(r, [(150, 60, 44), (60, 74, 110), (236, 232, 224), (110, 70, 46), (40, 110, 110)])
    shade = light.shade(hull, depth)
    side = 1 if r.random() < 0.5 else -1
    c.polygon(
        [
            (x - size * 0.5, base - size * 0.16),
            (x + size * 0.52, base - size * 0.18),
            (x + size * 0.36, base),
            (x - size * 0.36, base),
        ],
        shade,
    )
    c.line(
        [(x - size * 0.5, base - size * 0.16), (x + size * 0.52, base - size * 0.18)],
        light.shade(hull * 0.5 + 0.4, depth),
        size * 0.035,
    )
    mast = x - side * size * 0.05
    c.line(
        [(mast, base - size * 0.15), (mast, base - size * 1.2)],
        light.shade(rgb(90, 66, 48), depth),
        size * 0.03,
    )
    if not sails:
        return
    cloth = pick(r, [(250, 248, 240), (250, 246, 236), (232, 90, 66), (240, 200, 110)])
    c.polygon(
        [
            (mast + side * size * 0.03, base - size * 1.15),
            (mast + side * size * 0.03, base - size * 0.26),
            (mast + side * size * 0.46, base - size * 0.28),
        ],
        light.shade(cloth, depth),
    )
    c.polygon(
        [
            (mast - side * size * 0.04, base - size * 1.05),
            (mast - side * size * 0.04, base - size * 0.26),
            (mast - side * size * 0.34, base - size * 0.26),
        ],
        light.shade(cloth * 0.85, depth),
    )


def lighthouse(c: Canvas, light: Light, x, base, tall, depth=0.0):
    r, w = c.rng, tall * 0.13
    band = pick(r, [(200, 46, 42), (196, 50, 48), (40, 70, 130), (60, 60, 66)])
    c.ellipse(x, base, tall * 0.42, tall * 0.13, light.shade(rgb(98, 90, 84), depth))
    c.ellipse(
        x - tall * 0.1, base - tall * 0.02, tall * 0.26, tall * 0.1, light.shade(rgb(124, 114, 104), depth)
    )
    stripes = 6
    for i in range(stripes):
        low, high = i / stripes, (i + 1) / stripes
        w0, w1 = w * (1 - 0.42 * low), w * (1 - 0.42 * high)
        colour = band if i % 2 else rgb(248, 246, 240)
        y0, y1 = base - tall * 0.8 * low - tall * 0.03, base - tall * 0.8 * high - tall * 0.03
        c.polygon([(x - w0, y0), (x + w0, y0), (x + w1, y1), (x - w1, y1)], light.shade(colour, depth))
        c.polygon(
            [(x + w0 * 0.4, y0), (x + w0, y0), (x + w1, y1), (x + w1 * 0.4, y1)],
            light.shade(colour * 0.72, depth),
        )
    top = base - tall * 0.83
    burning = light.dark or light.name in ('storm', 'mist', 'sunset')
    c.rectangle(x - w * 0.75, top - tall * 0.02, x + w * 0.75, top, light.shade(rgb(50, 50, 56), depth))
    c.rectangle(
        x - w * 0.4,
        top - tall * 0.1,
        x + w * 0.4,
        top - tall * 0.02,
        _GLOW if burning else light.shade(rgb(200, 220, 230), depth),
    )
    c.polygon(
        [(x - w * 0.55, top - tall * 0.1), (x + w * 0.55, top - tall * 0.1), (x, top - tall * 0.19)],
        light.shade(band, depth),
    )
    if burning:
        _beam(c, x, top - tall * 0.06, tall)


def _beam(c, x, y, tall):
    side = 1 if c.rng.random() < 0.5 else -1
    spread = np.abs(c.y - y - 0.02) < np.abs(c.x - x) * 0.16 + 0.008
    reach = np.exp(-np.abs(c.x - x) * 2.2) * (np.sign(c.x - x) == side)
    c.add((spread * reach * 0.5)[..., None] * np.array([1, 0.9, 0.6], np.float32))
    c.glow(x, y, tall * 0.09, (0.6, 0.5, 0.25))


def castle(c: Canvas, light: Light, x, base, size, depth=0.0):
    r = c.rng
    stone, roof = (
        pick(r, [(176, 166, 150), (150, 148, 150), (196, 180, 156)]),
        pick(r, [(70, 84, 130), (160, 62, 54), (84, 90, 96)]),
    )
    body, side, cap = light.shade(stone, depth), light.shade(stone * 0.74, depth), light.shade(roof, depth)
    if light.name == 'snow':
        cap = light.shade(rgb(242, 246, 252), depth)
    c.rectangle(x - size * 0.5, base - size * 0.42, x + size * 0.5, base, body)
    _battlements(c, x - size * 0.5, x + size * 0.5, base - size * 0.42, size * 0.06, body)
    towers = [(-0.5, 0.62), (0.5, 0.66), (-0.2, 0.85), (0.18, 1.0)]
    for offset, tall in towers[: r.integers(3, 5)]:
        tx, w, top = x + offset * size, size * 0.1, base - size * tall * r.uniform(0.9, 1.1)
        c.rectangle(tx - w, top, tx + w, base, body)
        c.rectangle(tx + w * 0.3, top, tx + w, base, side)
        c.polygon([(tx - w * 1.25, top), (tx + w * 1.25, top), (tx, top - size * 0.32)], cap)
        pane = _GLOW if light.dark or light.name in ('sunset', 'storm') else body * 0.4
        c.rectangle(tx - w * 0.3, top + size * 0.08, tx + w * 0.2, top + size * 0.17, pane)
    c.ellipse(x, base - size * 0.1, size * 0.08, size * 0.12, body * 0.35)
    c.rectangle(x - size * 0.08, base - size * 0.1, x + size * 0.08, base, body * 0.35)


def _battlements(c, x0, x1, y, step, colour):
    for x in np.arange(x0, x1, step * 2):
        c.rectangle(x, y - step, x + step, y + 0.004, colour)


def bridge(c: Canvas, light: Light, y, size, depth=0.0):
    """Spans the picture at height y."""
    r = c.rng
    if r.random() < 0.5:
        return _suspension(c, light, y, size, depth)
    stone = light.shade(pick(r, [(170, 156, 138), (150, 146, 144), (178, 132, 108)]), depth)
    arches, deck = int(r.integers(2, 5)), size * 0.22
    before = c.pixels.copy()
    c.polygon(
        [
            (-0.01, y - deck * 0.3),
            (0.5, y - deck * 1.2),
            (1.01, y - deck * 0.3),
            (1.01, y + size),
            (-0.01, y + size),
        ],
        stone,
    )
    width = 1.0 / arches
    for i in range(arches):
        centre = (i + 0.5) * width
        lift = deck * 0.9 * (1 - abs(centre - 0.5) * 2)
        opening = ((c.x - centre) / (width * 0.4)) ** 2 + ((c.y - (y + size)) / (size * 0.8 + lift)) ** 2 < 1
        c.pixels[opening] = before[opening]
    c.line([(0, y - deck * 0.3), (0.5, y - deck * 1.2), (1, y - deck * 0.3)], stone * 0.7, 0.018)


def _suspension(c, light, y, size, depth):
    steel = light.shade(pick(c.rng, [(196, 66, 44), (120, 130, 140), (90, 100, 120)]), depth)
    left, right, top = c.rng.uniform(0.15, 0.3), c.rng.uniform(0.7, 0.85), y - size * 1.3
    for x in (left, right):
        c.rectangle(x - 0.014, top, x + 0.014, y + size * 0.7, steel)
        c.rectangle(x - 0.024, y + size * 0.5, x + 0.024, y + size * 0.75, steel * 0.7)
    t = np.linspace(0, 1, 15)
    main = [(left + (right - left) * k, top + (y - top - 0.02) * (1 - (2 * k - 1) ** 2)) for k in t]
    c.line([(-0.05, y)] + main + [(1.05, y)], steel, 0.01)
    for x, cable in main[1:-1]:
        c.line([(x, cable), (x, y)], steel * 0.85, 0.005)
    c.rectangle(-0.01, y, 1.01, y + 0.026, steel * 0.8)


def birds(c: Canvas, light: Light, horizon):
    r = c.rng
    cx, cy = r.uniform(0.25, 0.75), r.uniform(0.12, max(0.16, horizon * 0.6))
    for _ in range(r.integers(3, 8)):
        x, y, s = cx + r.normal(0, 0.1), cy + r.normal(0, 0.05), r.uniform(0.016, 0.032)
        c.line(
            [(x - s, y - s * 0.5), (x, y), (x + s, y - s * 0.5)],
            rgb(30, 30, 36) if not light.dark else rgb(120, 130, 160),
            0.009,
        )


def balloon(c: Canvas, light: Light, x, y, size):
    colours = [
        pick(c.rng, [(220, 60, 50), (240, 180, 50), (60, 120, 200), (250, 250, 240)]) for _ in range(2)
    ]
    for i, w in enumerate((1.0, 0.66, 0.3)):
        c.ellipse(x, y, size * w, size * 1.1, light.shade(colours[i % 2]))
    c.line(
        [
            (x - size * 0.45, y + size * 0.9),
            (x - size * 0.15, y + size * 1.6),
            (x + size * 0.15, y + size * 1.6),
            (x + size * 0.45, y + size * 0.9),
        ],
        light.shade(rgb(80, 60, 40)),
        0.006,
    )
    c.rectangle(
        x - size * 0.2, y + size * 1.55, x + size * 0.2, y + size * 1.9, light.shade(rgb(120, 80, 46))
    )


def flying_car(c: Canvas, light: Light, x, y, size, facing=1, depth=0.0):
    r = c.rng
    body = pick(r, [(210, 60, 60), (60, 130, 210), (230, 180, 50), (220, 224, 230), (130, 80, 190)])

    def at(dx, dy):
        return (x + facing * dx * size, y + dy * size)

    c.glow(x, y + size * 0.2, size * 0.32, (0.1, 0.4, 0.55), 0.9)
    c.ellipse(*at(0, 0.17), size * 0.36, size * 0.04, rgb(120, 230, 255))
    c.polygon(
        [at(-0.5, 0.02), at(-0.32, -0.09), at(0.3, -0.09), at(0.55, 0.05), at(0.5, 0.13), at(-0.48, 0.13)],
        light.shade(body, depth) * 0.7 + body * 0.3,
    )
    c.polygon(
        [at(-0.26, -0.09), at(-0.14, -0.24), at(0.12, -0.24), at(0.28, -0.09)],
        mix(light.shade(rgb(150, 200, 230), depth), rgb(150, 200, 230), 0.35),
    )
    c.line([at(-0.48, 0.06), at(0.52, 0.06)], light.shade(body * 0.45), 0.03 * size * 2)
    c.ellipse(*at(0.52, 0.06), size * 0.05, size * 0.04, rgb(255, 246, 200))
    c.ellipse(*at(-0.49, 0.05), size * 0.04, size * 0.035, rgb(255, 70, 50))
    c.glow(*at(0.55, 0.06), size * 0.16, (0.4, 0.36, 0.2))
