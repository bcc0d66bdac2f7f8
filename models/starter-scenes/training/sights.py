"""Subjects that are one great thing: in the sky, on a table, on the water."""

import numpy as np

import grounds as g
import things as t
from canvas import mix, rgb
from lights import paint_moon, paint_stars
from shelf import backdrop, extras, new_shelf, winding

SIGHTS, subject = new_shelf()


@subject('night sky', (0.8, 0.92), ('mountains', 'forest'))
def paint_night_sky(c, light, h, joined):
    r = c.rng
    angle, offset = r.uniform(0.3, 1.3) * r.choice([-1, 1]), r.uniform(-0.15, 0.15)
    across = (c.x - 0.5) * np.sin(angle) + (c.y - 0.42) * np.cos(angle) + offset
    band = np.exp(-((across / 0.13) ** 2)) * (0.35 + c.noise(1.3))
    tone = np.array([0.32, 0.3, 0.5]) * (1 + r.normal(0, 0.2, 3))
    c.add(band[..., None] * tone.astype(np.float32))
    paint_stars(c, int(r.integers(180, 320)), h)
    for _ in range(r.integers(0, 3)):
        x, y = r.random(), r.uniform(0, 0.4)
        c.line([(x, y), (x + r.uniform(0.05, 0.14), y + r.uniform(0.03, 0.08))], (0.95, 0.95, 1), 0.007)
    ground = mix(light.low, (0, 0, 0), 0.82)
    if 'mountains' in joined:
        c.blend(c.below(c.ridge(h + 0.02, 0.22)), ground)
    elif 'forest' in joined:
        for x in np.arange(-0.02, 1.03, 0.045):
            g.pine(c, light, x, h + 0.05, r.uniform(0.14, 0.28), rgb(30, 60, 60), 0.0, ground)
    c.blend(
        c.below((h + 0.02 * np.sin(np.linspace(0, 6, c.size) + r.random() * 6)).astype(np.float32)), ground
    )


@subject('nebula', (1.2, 1.21), ('planet',))
def paint_nebula(c, light, h, joined):
    r = c.rng
    c.pixels[:] = (np.array([6, 5, 18]) + r.integers(0, 8, 3)).astype(np.uint8)
    hues = [rgb(230, 60, 160), rgb(80, 90, 240), rgb(40, 190, 210), rgb(250, 140, 60), rgb(150, 60, 220)]
    r.shuffle(hues)
    cx, cy = r.uniform(0.3, 0.7), r.uniform(0.3, 0.7)
    fall = np.exp(-((c.x - cx) ** 2 + (c.y - cy) ** 2) / 0.22)
    for hue, power in zip(hues[:3], (1.7, 2.4, 3.2)):
        c.add((c.noise(0.7) ** power * fall * r.uniform(0.7, 1.0))[..., None] * hue)
    c.blend(np.clip((c.noise(0.9) - 0.6) * 3, 0, 1) * 0.7, rgb(10, 6, 22))
    c.glow(cx, cy, 0.09, (0.5, 0.42, 0.5))
    paint_stars(c, int(r.integers(70, 150)), 1)
    if 'planet' in joined:
        x, y, s = r.uniform(0.2, 0.8), r.uniform(0.2, 0.8), r.uniform(0.1, 0.2)
        colour = g.pick(r, [(220, 150, 90), (110, 160, 210), (200, 110, 90)])
        c.ellipse(x, y, s, s, colour * 0.35)
        inside = ((c.x - x) ** 2 + (c.y - y) ** 2) < s * s
        lit = np.clip(1 - np.hypot(c.x - x + s * 0.4, c.y - y + s * 0.4) / (s * 1.5), 0, 1)
        c.blend(inside * lit, colour * (0.7 + 0.6 * c.noise(1, 4)[..., None]))


@subject('coffee cup', (0.58, 0.7), ('window', 'book'))
def paint_coffee(c, light, h, joined):
    r = c.rng
    if 'window' not in joined:
        c.blend(
            np.full_like(c.y, 0.6),
            light.shade(g.pick(r, [(150, 110, 80), (110, 120, 110), (170, 140, 110), (120, 100, 110)])),
        )
        for _ in range(int(r.integers(6, 14))):
            c.glow(r.random(), r.uniform(0, h), r.uniform(0.02, 0.06), light.low * r.uniform(0.15, 0.4))
    else:
        g.hills(c, light, h - 0.06)
        frame = light.shade(rgb(120, 84, 56))
        for x in (0.02, 0.34, 0.66, 0.98):
            c.rectangle(x - 0.014, 0, x + 0.014, h, frame)
        c.rectangle(0, h - 0.03, 1, h + 0.01, frame * 0.9)
    wood = g.pick(r, [(150, 100, 62), (120, 78, 50), (176, 128, 84)])
    grain = ((c.noise(1.5, 6.0) - 0.5) * 0.22)[..., None]
    c.blend(c.below(np.full(c.size, h, np.float32)), np.clip(light.shade(wood) * (1 + grain), 0, 1))
    x, y, s = r.uniform(0.38, 0.62), r.uniform(0.74, 0.86), r.uniform(0.19, 0.27)
    if 'book' in joined:
        side = r.choice([-1, 1])
        cover = light.shade(g.pick(r, [(160, 50, 50), (50, 80, 130), (60, 110, 80)]))
        c.polygon(
            [
                (x + side * 0.12, y - 0.02),
                (x + side * 0.5, y - 0.06),
                (x + side * 0.56, y + 0.08),
                (x + side * 0.18, y + 0.1),
            ],
            cover,
        )
    _cup(c, light, x, y, s)


def _cup(c, light, x, y, s):
    r = c.rng
    china = g.pick(r, [(246, 244, 238), (246, 240, 230), (200, 70, 60), (70, 110, 150), (90, 140, 110)])
    white, shade = light.shade(china), light.shade(china * 0.7)
    c.ellipse(x, y + 0.01, s * 1.55, s * 0.36, light.shade(china * 0.45))
    c.ellipse(x, y - 0.008, s * 1.5, s * 0.34, white)
    c.ellipse(x, y - 0.012, s * 1.1, s * 0.22, shade)
    side = r.choice([-1, 1])
    c.ellipse(x + side * s * 1.0, y - s * 0.62, s * 0.4, s * 0.36, white)
    c.ellipse(x + side * s * 1.0, y - s * 0.62, s * 0.23, s * 0.2, light.shade(rgb(110, 84, 66)))
    top = y - s * 1.12
    c.polygon(
        [
            (x - s, top),
            (x + s, top),
            (x + s * 0.9, y - s * 0.4),
            (x + s * 0.55, y - 0.01),
            (x - s * 0.55, y - 0.01),
            (x - s * 0.9, y - s * 0.4),
        ],
        white,
    )
    c.polygon(
        [
            (x + s * 0.45, top),
            (x + s, top),
            (x + s * 0.9, y - s * 0.4),
            (x + s * 0.55, y - 0.01),
            (x + s * 0.3, y - 0.01),
        ],
        shade,
    )
    c.ellipse(x, top, s, s * 0.27, white)
    c.ellipse(x, top + s * 0.02, s * 0.88, s * 0.21, light.shade(rgb(78, 46, 28)))
    if r.random() < 0.5:
        c.ellipse(x, top + s * 0.03, s * 0.5, s * 0.1, light.shade(rgb(214, 176, 132)))
    for dx in (-0.3, 0.05, 0.35)[: r.integers(2, 4)]:
        k = np.linspace(0, 1, 12)
        path = np.stack([x + dx * s + 0.025 * np.sin(k * 7 + dx * 9), top - 0.02 - k * s * 1.15], 1)
        c.line(path, mix(light.low, (1, 1, 1), 0.55), 0.013)


@subject('lighthouse', (0.5, 0.66), ('boat', 'moon'))
def paint_lighthouse(c, light, h, joined):
    r = c.rng
    g.water(c, light, h, r.uniform(0.5, 0.9), rgb(28, 90, 130))
    extras(c, light, h, [j for j in joined if j == 'boat'])
    t.lighthouse(c, light, r.uniform(0.28, 0.72), r.uniform(0.78, 0.9), r.uniform(0.58, 0.72))


@subject('boat', (0.38, 0.54), ('mountains', 'moon', 'city'))
def paint_boat(c, light, h, joined):
    r = c.rng
    backdrop(c, light, h, joined)
    g.water(c, light, h, r.uniform(0.1, 0.8))
    size, x, base = r.uniform(0.38, 0.55), r.uniform(0.32, 0.68), r.uniform(0.74, 0.86)
    c.ellipse(x, base + 0.012, size * 0.46, 0.022, light.shade(rgb(16, 36, 50)))
    t.boat(c, light, x, base, size)


@subject('castle', (0.66, 0.8), ('mountains', 'forest', 'moon', 'river'))
def paint_castle(c, light, h, joined):
    r = c.rng
    backdrop(c, light, h, joined)
    x = r.uniform(0.36, 0.64)
    axis = np.linspace(0, 1, c.size)
    line = (h + 0.05 - 0.14 * np.exp(-(((axis - x) / 0.36) ** 2))).astype(np.float32)
    ground = g.pick(r, g.GREENS) * 0.8 if light.name != 'snow' else rgb(238, 243, 250)
    t.castle(c, light, x, h - 0.06, r.uniform(0.46, 0.6), 0.08)
    grain = ((c.noise(2.0) - 0.5) * 0.2)[..., None]
    c.blend(c.below(line), np.clip(light.shade(ground, 0.1) * (1 + grain), 0, 1))
    if 'river' in joined:
        winding(c, light, h + 0.08, 0.1)
    for _ in range(r.integers(2, 6)):
        g.tree(
            c,
            light,
            r.uniform(0, 1),
            r.uniform(h + 0.1, 1.0),
            r.uniform(0.12, 0.26),
            str(r.choice(['pine', 'leafy'])),
        )


@subject('bridge', (0.42, 0.54), ('mountains', 'city', 'forest', 'moon'))
def paint_bridge(c, light, h, joined):
    r = c.rng
    backdrop(c, light, h, joined)
    g.water(c, light, h, r.uniform(0.05, 0.3))
    t.bridge(c, light, r.uniform(0.5, 0.6), r.uniform(0.26, 0.34))


@subject('tree', (0.62, 0.78), ('moon', 'mountains'))
def paint_tree(c, light, h, joined):
    r = c.rng
    backdrop(c, light, h, joined)
    g.meadow(c, light, h)
    leaf = g.pick(r, g.FOLIAGE + g.AUTUMN + [(236, 150, 180)])
    x, base = r.uniform(0.32, 0.68), r.uniform(0.84, 0.94)
    c.ellipse(x, base, 0.2, 0.025, light.shade(g.pick(r, g.GREENS) * 0.45))
    g.tree(c, light, x, base, r.uniform(0.68, 0.84), 'pine' if r.random() < 0.2 else 'leafy', leaf)


@subject('moon', (0.74, 0.9), ('mountains', 'sea', 'forest'))
def paint_big_moon(c, light, h, joined):
    r = c.rng
    paint_moon(c, r.uniform(0.3, 0.7), r.uniform(0.26, 0.44), r.uniform(0.15, 0.23), light, r.random() < 0.25)
    if 'sea' in joined:
        g.water(c, light, h - 0.08, 0.5)
        return
    backdrop(c, light, h, joined)
    g.meadow(c, light, h)


@subject('flying cars', (0.86, 0.98), ('moon',))
def paint_flying_cars(c, light, h, joined):
    r = c.rng
    g.skyline(c, light, h, r.uniform(0.5, 0.72), 0.8, 0.02)
    g.skyline(c, light, h + 0.1, r.uniform(0.3, 0.5), 0.3, r.uniform(0.03, 0.1))
    for size in np.sort(r.uniform(0.1, 0.2, int(r.integers(1, 4)))):
        t.flying_car(c, light, r.uniform(0.1, 0.9), r.uniform(0.12, 0.55), size, r.choice([-1, 1]), 0.35)
    t.flying_car(c, light, r.uniform(0.3, 0.7), r.uniform(0.5, 0.76), r.uniform(0.4, 0.55), r.choice([-1, 1]))
