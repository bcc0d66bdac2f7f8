"""What lies under the horizon, and what closes the view behind it."""

import cv2
import numpy as np

from canvas import Canvas, mix, rgb
from lights import Light

GREENS = [(84, 140, 60), (108, 156, 70), (70, 120, 62), (132, 164, 72)]
FOLIAGE = [(52, 106, 50), (70, 124, 48), (40, 92, 58), (96, 130, 44)]
AUTUMN = [(204, 104, 36), (186, 66, 36), (222, 158, 48)]
FLOWERS = [
    (226, 60, 70),
    (244, 196, 50),
    (170, 90, 200),
    (240, 130, 170),
    (250, 250, 245),
    (80, 110, 220),
    (245, 130, 50),
]


def pick(r: np.random.Generator, colours):
    return rgb(*colours[r.integers(len(colours))]) * (1 + r.normal(0, 0.06, 3).astype(np.float32))


# backdrops -----------------------------------------------------------------------------------------


def mountains(c: Canvas, light: Light, horizon, height=None):
    r = c.rng
    height = height or r.uniform(0.22, 0.42)
    rock = pick(r, [(112, 108, 112), (126, 110, 98), (92, 100, 116)])
    layers = r.integers(1, 4)
    for layer in range(layers):
        depth = 0.9 - 0.8 * (layer + 0.6) / (layers + 0.6)
        line = c.ridge(horizon + 0.01, height * (1 - 0.28 * layer) * r.uniform(0.85, 1.05))
        _mountain_layer(c, light, line, rock, depth, snowy=r.random() < 0.8)


def _mountain_layer(c, light, line, rock, depth, snowy):
    body = c.below(line)
    slope = np.gradient(cv2.GaussianBlur(line[None, :], (0, 0), c.size * 0.012)[0]) * c.size / c.size
    facets = np.clip(
        0.5 + slope[None, :] * 26 / (128 / c.size) * 0.5 + (c.noise(1.6, 0.7) - 0.5) * 1.5, 0, 1
    )[..., None]
    bright, shadow = light.shade(rock * 1.18, depth), light.shade(rock * 0.55, depth)
    c.blend(body, bright * (1 - facets) + shadow * facets)
    if not snowy and light.name != 'snow':
        return
    top, span = line.min(), np.ptp(line)
    edge = top + span * (0.78 if light.name == 'snow' else 0.36) + (c.noise(2.0) - 0.5) * span * 0.7
    snow = np.clip((edge - c.y) * c.size * 0.3, 0, 1) * body
    white = light.shade((1, 1, 1), depth * 0.8), light.shade((0.62, 0.68, 0.8), depth * 0.8)
    c.blend(snow, white[0] * (1 - facets * 0.8) + white[1] * facets * 0.8)


def hills(c: Canvas, light: Light, horizon):
    r = c.rng
    green = pick(r, GREENS) if light.name != 'snow' else rgb(236, 240, 248)
    x = np.linspace(0, 1, c.size)
    layers = r.integers(1, 3)
    for layer in range(layers):
        wave = np.sin(x * r.uniform(3, 9) + r.random() * 6) + 0.6 * np.sin(
            x * r.uniform(6, 14) + r.random() * 6
        )
        line = horizon - r.uniform(0.03, 0.1) / (1 + layer) - 0.022 * wave
        c.blend(
            c.below(line.astype(np.float32)), light.shade(green * r.uniform(0.75, 1.0), 0.75 - 0.25 * layer)
        )


def skyline(c: Canvas, light: Light, horizon, height=None, depth=0.6, gap=0.0):
    r = c.rng
    height = height or r.uniform(0.1, 0.3)
    x = -0.02
    wall = pick(r, [(120, 126, 140), (140, 120, 112), (96, 108, 128), (150, 146, 138)])
    lit = light.dark or light.name in ('sunset', 'storm')
    while x < 1.0:
        width, top = r.uniform(0.05, 0.12), horizon - height * r.uniform(0.35, 1.0)
        shade = light.shade(wall * r.uniform(0.75, 1.15), depth)
        c.rectangle(x, top, x + width, horizon + 0.01, shade)
        c.rectangle(x + width * 0.72, top, x + width, horizon + 0.01, shade * 0.82)
        if r.random() < 0.25:
            c.line([(x + width / 2, top), (x + width / 2, top - r.uniform(0.02, 0.07))], shade, 0.008)
        _windows(c, x, top, width, horizon, shade, lit)
        x += width + r.uniform(0, 0.012) + gap
    return wall


def _windows(c, x, top, width, bottom, wall, lit):
    r, step = c.rng, 0.026
    glowing, dim = rgb(255, 216, 120), mix(wall, (0.15, 0.2, 0.3) if not lit else (0, 0, 0), 0.45)
    for row in np.arange(top + 0.018, bottom - 0.02, step):
        for column in np.arange(x + 0.012, x + width - 0.014, 0.021):
            colour = glowing if lit and r.random() < 0.5 else dim
            c.rectangle(column, row, column + 0.011, row + 0.014, colour)


def treeline(c: Canvas, light: Light, horizon, size=None, depth=0.6, kind=None):
    r = c.rng
    kind = kind or ('pine' if r.random() < 0.5 else 'leafy')
    size = size or r.uniform(0.05, 0.12)
    leaf = pick(r, FOLIAGE)
    for _ in range(int(2.4 / size)):
        x, tall = r.uniform(-0.02, 1.02), size * r.uniform(0.6, 1.2)
        tree(c, light, x, horizon + r.uniform(0, 0.012), tall, kind, leaf, depth)
    c.rectangle(0, horizon - size * 0.12, 1, horizon + 0.014, light.shade(leaf * 0.7, depth))


# trees ---------------------------------------------------------------------------------------------


def tree(c: Canvas, light: Light, x, base, tall, kind='leafy', leaf=None, depth=0.0):
    r = c.rng
    leaf = pick(r, FOLIAGE) if leaf is None else leaf * r.uniform(0.85, 1.12)
    trunk = light.shade(rgb(92, 66, 46), depth)
    if kind == 'pine':
        pine(c, light, x, base, tall, leaf, depth, trunk)
    elif kind == 'palm':
        _palm(c, light, x, base, tall, leaf, depth, trunk)
    else:
        c.polygon(
            [
                (x - tall * 0.045, base),
                (x + tall * 0.045, base),
                (x + tall * 0.02, base - tall * 0.55),
                (x - tall * 0.02, base - tall * 0.55),
            ],
            trunk,
        )
        _crown(c, light, x, base - tall * 0.66, tall, leaf, depth)


def pine(c, light, x, base, tall, leaf, depth, trunk):
    c.rectangle(x - tall * 0.025, base - tall * 0.15, x + tall * 0.025, base, trunk)
    dark, bright = light.shade(leaf * 0.72, depth), light.shade(leaf * 1.0, depth)
    tip = light.shade((0.95, 0.97, 1.0), depth)
    for tier in range(3):
        bottom, half = base - tall * (0.1 + 0.27 * tier), tall * (0.23 - 0.06 * tier)
        top = bottom - tall * 0.4
        c.polygon([(x - half, bottom), (x + half, bottom), (x, top)], dark)
        c.polygon([(x - half, bottom), (x - half * 0.1, bottom), (x, top)], bright)
        if light.name == 'snow':
            c.polygon(
                [(x - half * 0.55, bottom - tall * 0.18), (x + half * 0.55, bottom - tall * 0.18), (x, top)],
                tip,
            )


def _palm(c, light, x, base, tall, leaf, depth, trunk):
    lean = c.rng.uniform(-0.15, 0.15) * tall
    c.line([(x, base), (x + lean * 0.4, base - tall * 0.5), (x + lean, base - tall)], trunk, tall * 0.05)
    for angle in np.linspace(0.1, 3.04, 7):
        dx, dy = np.cos(angle) * tall * 0.36, -np.sin(angle) * tall * 0.2
        end = (x + lean + dx, base - tall + dy + tall * 0.16)
        c.line(
            [(x + lean, base - tall), (x + lean + dx * 0.55, base - tall + dy), end],
            light.shade(leaf, depth),
            tall * 0.05,
        )


def _crown(c, light, x, y, tall, leaf, depth):
    r = c.rng
    blobs = 5 if tall < 0.15 else 14
    for i in range(blobs):
        t = i / blobs
        bx, by = x + r.normal(0, 0.13) * tall, y + r.normal(0, 0.1) * tall - t * 0.08 * tall
        shade = light.shade(leaf * (0.62 + 0.5 * t), depth)
        c.ellipse(bx, by, tall * r.uniform(0.13, 0.2), tall * r.uniform(0.11, 0.17), shade)
    if light.name == 'snow':
        c.ellipse(x, y - tall * 0.18, tall * 0.2, tall * 0.08, light.shade((0.96, 0.97, 1), depth))


# grounds -------------------------------------------------------------------------------------------


def meadow(c: Canvas, light: Light, horizon, colour=None):
    r = c.rng
    green = pick(r, GREENS) if colour is None else colour
    if light.name == 'snow':
        green = rgb(238, 242, 250)
    near, far = light.shade(green * 0.85, 0), light.shade(green, 0.7)
    t = np.clip((c.y - horizon) / (1 - horizon), 0, 1)[..., None]
    grain = (c.noise(2.2, 3.0) - 0.5)[..., None] * (0.22 if light.name != 'snow' else 0.1)
    c.blend(
        c.below(np.full(c.size, horizon, np.float32)), np.clip((far + (near - far) * t) * (1 + grain), 0, 1)
    )


def water(c: Canvas, light: Light, horizon, rough=0.3, colour=None):
    """Mirrors what is above the horizon; rough 0 is a mirror, 1 open sea."""
    r, size = c.rng, c.size
    colour = pick(r, [(40, 96, 130), (36, 110, 140), (52, 92, 120)]) if colour is None else colour
    row = int(horizon * size)
    rows = size - row
    if rows < 2 or row < 2:
        return
    above = c.pixels[:row][::-1]
    mirror = cv2.resize(
        above[: max(2, min(row, int(rows * 1.25)))], (size, rows), interpolation=cv2.INTER_LINEAR
    )
    mirror = cv2.GaussianBlur(mirror, (0, 0), size * (0.006 + 0.02 * rough))
    depth = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    shift = (c.noise(1.2, 5.0)[row:] - 0.5) * (0.02 + 0.1 * rough) * size * (0.3 + depth)
    columns, lines = np.meshgrid(np.arange(size, dtype=np.float32), np.arange(rows, dtype=np.float32))
    mirror = cv2.remap(
        mirror, (columns + shift).astype(np.float32), lines, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    own = light.shade(colour)
    share = (0.3 + 0.35 * rough) * (0.55 + 0.6 * depth)[..., None]
    surface = mirror / 255.0 * (1 - share) + own * share
    _waves(c, light, surface, row, rows, rough)
    c.pixels[row:] = (np.clip(surface, 0, 1) * 255).astype(np.uint8)


def _waves(c, light, surface, row, rows, rough):
    depth = np.linspace(0.02, 1, rows, dtype=np.float32)[:, None]
    ripple = c.noise(1.6, 7.0)[row:]
    surface += ((ripple - 0.5) * (0.1 + 0.22 * rough) * (0.4 + depth))[..., None] * (
        0.45 if light.dark else 1
    )
    crest = np.clip((ripple - (0.8 - 0.1 * rough)) * 7, 0, 1) * depth * (0.25 + 0.6 * rough)
    surface += crest[..., None] * (light.shade((0.9, 0.95, 1.0)) - surface) * 0.8
    if light.sun in ('disc', 'rays', 'pale'):
        path = np.exp(-(((c.x[row:] - light.sun_x) / (0.03 + 0.1 * depth)) ** 2)) * (ripple > 0.45)
        surface += path[..., None] * np.array([0.5, 0.36, 0.18], np.float32)


def sand(c: Canvas, light: Light, horizon):
    r = c.rng
    dune = pick(r, [(226, 184, 120), (214, 160, 96), (236, 200, 146), (206, 130, 80)])
    x = np.linspace(0, 1, c.size)
    c.blend(c.below(np.full(c.size, horizon, np.float32)), light.shade(dune, 0.8))
    count = int(r.integers(3, 6))
    for i in range(count):
        near = (i + 1) / count
        base = horizon + (0.8 - horizon) * (i / count)
        phase, frequency = r.random() * 6, r.uniform(2.5, 6) * (1.3 - near * 0.5)
        crest = np.abs(np.sin(x * frequency / 2 + phase)) ** 1.3
        line = (base - crest * (0.035 + 0.1 * near) + 0.03).astype(np.float32)
        slope = (
            np.tanh(np.cos(x * frequency / 2 + phase) * 9)
            * np.sign(np.sin(x * frequency / 2 + phase))
            * np.clip(crest * 3 - 0.4, 0, 1)
        )[None, :]
        side = np.clip(slope * np.clip(1 - (c.y - line[None, :]) * 6, 0, 1), 0, 1)[..., None]
        bright, shadow = (
            light.shade(dune * 1.05, 0.6 * (1 - near)),
            light.shade(dune * 0.64, 0.6 * (1 - near)),
        )
        ripples = ((c.noise(2.0, 4.0) - 0.5) * 0.1)[..., None]
        c.blend(c.below(line), np.clip((bright * (1 - side) + shadow * side) * (1 + ripples), 0, 1))


def flower_rows(c: Canvas, light: Light, horizon, start=None):
    r = c.rng
    start = start or horizon
    meadow(c, light, horizon, pick(r, GREENS) * 0.8)
    colours = [pick(r, FLOWERS) for _ in range(r.integers(1, 4))]
    vanishing, count = r.uniform(0.3, 0.7), int(r.integers(7, 13))
    rowed = r.random() < 0.6
    y = start + 0.008
    while y < 1.02:
        t = (y - start) / (1 - start)
        radius = 0.005 + 0.025 * t
        for _ in range(int(26 - 13 * t)):
            x = r.uniform(-0.02, 1.02)
            line = int((vanishing + (x - vanishing) / (t + 0.12)) * count / 2.2 + 50)
            if rowed and line % 2 and r.random() < 0.85:
                continue
            colour = colours[(line // 2 if rowed else r.integers(len(colours))) % len(colours)]
            blossom(
                c,
                light,
                x,
                y + r.uniform(-0.5, 0.5) * radius,
                radius * r.uniform(0.75, 1.2),
                colour,
                0.55 * (1 - t),
            )
        y += 0.009 + 0.026 * t


def blossom(c, light, x, y, radius, colour, depth):
    c.ellipse(x, y, radius, radius * 0.75, light.shade(colour * 0.85, depth))
    if radius > 0.011:
        c.ellipse(x, y - radius * 0.25, radius * 0.7, radius * 0.45, light.shade(colour * 1.15, depth))
        c.ellipse(x, y - radius * 0.1, radius * 0.25, radius * 0.2, light.shade(rgb(250, 214, 80), depth))


def street(c: Canvas, light: Light, horizon):
    r = c.rng
    c.rectangle(0, horizon, 1, 1, light.shade(rgb(96, 98, 104), 0))
    vanish = r.uniform(0.35, 0.65)
    c.polygon(
        [(vanish - 0.02, horizon), (vanish + 0.02, horizon), (0.95, 1), (0.05, 1)],
        light.shade(rgb(66, 68, 74)),
    )
    for t in (0.15, 0.35, 0.65):
        y0, y1, w = horizon + (1 - horizon) * t, horizon + (1 - horizon) * (t + 0.13), 0.008 + 0.02 * t
        x = vanish + (0.5 - vanish) * t
        c.polygon(
            [(x - w * 0.6, y0), (x + w * 0.6, y0), (x + w, y1), (x - w, y1)], light.shade(rgb(235, 225, 180))
        )
