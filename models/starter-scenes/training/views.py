"""Subjects that are landscapes and places."""

import numpy as np

import grounds as g
import things as t
from canvas import Canvas, rgb
from lights import Light
from shelf import backdrop, extras, new_shelf, winding

VIEWS, subject = new_shelf()


@subject('mountains', (0.62, 0.82), ('forest', 'village', 'castle'))
def paint_mountains(c: Canvas, light: Light, h, joined):
    r = c.rng
    g.mountains(c, light, h, r.uniform(0.42, 0.62))
    if 'forest' in joined or r.random() < 0.4:
        g.treeline(c, light, h, r.uniform(0.07, 0.12), 0.4, 'pine')
    g.meadow(c, light, h + 0.01)
    extras(c, light, h + 0.03, joined)


@subject('lake', (0.42, 0.56), ('mountains', 'forest', 'boat', 'castle', 'village', 'tree'))
def paint_lake(c, light, h, joined):
    r = c.rng
    backdrop(c, light, h, joined)
    if r.random() < 0.7:
        g.treeline(c, light, h, r.uniform(0.04, 0.07), 0.5)
    extras(c, light, h, [j for j in joined if j in ('castle', 'village')])
    g.water(c, light, h, r.uniform(0.0, 0.15))
    shore = 0.9 + 0.06 * np.sin(np.linspace(0, 5, c.size) + r.random() * 6) + 0.03 * (r.random() - 0.5)
    c.blend(
        c.below(shore.astype(np.float32)),
        light.shade(g.pick(r, g.GREENS) * 0.6 if light.name != 'snow' else rgb(240, 244, 250)),
    )
    extras(c, light, h, [j for j in joined if j in ('boat', 'tree')])


@subject('sea', (0.38, 0.58), ('boat', 'lighthouse', 'mountains'))
def paint_sea(c, light, h, joined):
    r = c.rng
    if 'mountains' in joined:
        g.mountains(c, light, h, r.uniform(0.12, 0.22))
    g.water(c, light, h, r.uniform(0.75, 1.0), g.pick(r, [(20, 84, 130), (24, 110, 140), (30, 70, 120)]))
    for i in range(int(r.integers(3, 7))):
        y = h + (1 - h) * (i + r.uniform(0.4, 1)) / 7 + 0.03
        x = np.linspace(-0.1, 1.1, 24)
        wave = y + 0.008 * np.sin(x * r.uniform(14, 30) + r.random() * 6) * (1 + 2 * (y - h))
        c.line(np.stack([x, wave], 1), light.shade((0.92, 0.97, 1.0), 0.2), 0.006 + 0.014 * (y - h))
    if r.random() < 0.5:
        beach = 0.88 + 0.05 * np.sin(np.linspace(0, 3, c.size) + r.random() * 6)
        c.blend(c.below((beach - 0.02).astype(np.float32)), light.shade((0.95, 0.98, 1.0)))
        c.blend(c.below(beach.astype(np.float32)), light.shade(rgb(226, 196, 146)))
    extras(c, light, h, joined)


@subject('forest', (0.5, 0.62), ('river', 'moon', 'mountains'))
def paint_forest(c, light, h, joined):
    r = c.rng
    kind = str(r.choice(['pine', 'leafy']))
    leaf = g.pick(r, g.FOLIAGE if r.random() < 0.75 or light.name == 'snow' else g.AUTUMN)
    if 'mountains' in joined:
        g.mountains(c, light, h, 0.4)
    for row, (y, size, depth) in enumerate(((h, 0.26, 0.95), (h + 0.06, 0.38, 0.62))):
        for x in np.arange(-0.05, 1.08, size * 0.3):
            g.tree(
                c,
                light,
                x + r.normal(0, 0.02),
                y + r.uniform(0, 0.02),
                size * r.uniform(0.8, 1.25),
                kind,
                leaf,
                depth,
            )
        if row == 0:
            g.meadow(c, light, h + 0.01, leaf * 0.55)
    g.meadow(c, light, h + 0.07, leaf * 0.62)
    if 'river' in joined:
        winding(c, light, h + 0.07, 0.12)
    for x in sorted(r.uniform(-0.05, 1.05, int(r.integers(4, 8))), key=lambda x: -abs(x - 0.5)):
        if abs(x - 0.5) > 0.16:
            g.tree(
                c,
                light,
                x,
                r.uniform(0.82, 1.02),
                r.uniform(0.62, 0.95),
                kind,
                leaf * r.uniform(0.8, 1.1),
                0.0,
            )


@subject('desert', (0.42, 0.56), ('moon', 'mountains'))
def paint_desert(c, light, h, joined):
    r = c.rng
    if 'mountains' in joined:
        g.mountains(c, light, h, r.uniform(0.1, 0.2))
    g.sand(c, light, h)
    for _ in range(int(r.integers(0, 4))):
        _cactus(c, light, r.uniform(0.06, 0.94), r.uniform(0.68, 0.95), r.uniform(0.12, 0.24))
    if r.random() < 0.25:
        g.tree(c, light, r.uniform(0.1, 0.9), r.uniform(0.75, 0.9), 0.3, 'palm', rgb(70, 120, 60))


def _cactus(c, light, x, base, tall):
    colour = light.shade(rgb(70, 122, 66))
    c.line([(x, base), (x, base - tall)], colour, tall * 0.17)
    for side, at in ((-1, 0.42), (1, 0.55)):
        elbow = x + side * tall * 0.24
        c.line(
            [(x, base - tall * at), (elbow, base - tall * at), (elbow, base - tall * (at + 0.28))],
            colour,
            tall * 0.12,
        )


@subject('city', (0.68, 0.84), ('river', 'bridge', 'moon'))
def paint_city(c, light, h, joined):
    r = c.rng
    g.skyline(c, light, h, r.uniform(0.38, 0.5), 0.75)
    g.skyline(c, light, h, r.uniform(0.3, 0.44), 0.3)
    if 'river' in joined or 'bridge' in joined:
        g.water(c, light, h, 0.2)
        if 'bridge' in joined:
            t.bridge(c, light, r.uniform(h, h + 0.06), 0.16)
    else:
        g.street(c, light, h)


@subject('garden', (0.4, 0.5), ('tree', 'fountain'))
def paint_garden(c, light, h, joined):
    r = c.rng
    g.treeline(c, light, h, r.uniform(0.12, 0.2), 0.4, 'leafy')
    g.meadow(c, light, h)
    vanish = r.uniform(0.42, 0.58)
    c.polygon(
        [(vanish - 0.03, h), (vanish + 0.03, h), (0.72, 1), (0.28, 1)],
        light.shade(rgb(222, 204, 170) if light.name != 'snow' else rgb(216, 220, 230)),
    )
    hedge = g.pick(r, g.FOLIAGE)
    for side in (-1, 1):
        for k in np.linspace(0.08, 1.05, 7):
            x, y, s = vanish + side * (0.07 + 0.26 * k), h + (1 - h) * k, 0.03 + 0.08 * k
            c.ellipse(x, y - s * 0.5, s, s * 0.8, light.shade(hedge * 0.9, 0.4 * (1 - k)))
            c.ellipse(x - s * 0.2, y - s * 0.8, s * 0.6, s * 0.4, light.shade(hedge * 1.15, 0.4 * (1 - k)))
            colour = g.pick(r, g.FLOWERS)
            for _ in range(7):
                g.blossom(
                    c,
                    light,
                    x + side * s * r.uniform(0.6, 3.2),
                    y + r.normal(0, s * 0.4),
                    0.005 + 0.016 * k,
                    colour,
                    0.3 * (1 - k),
                )
    if 'fountain' in joined or r.random() < 0.3:
        _fountain(c, light, vanish, h + 0.2)
    elif r.random() < 0.5:
        arch = light.shade(rgb(240, 240, 234), 0.2)
        for x in (vanish - 0.09, vanish + 0.09):
            c.rectangle(x - 0.01, h - 0.14, x + 0.01, h + 0.08, arch)
        c.line(
            [(vanish + 0.09 * np.cos(a), h - 0.14 - 0.08 * np.sin(a)) for a in np.linspace(0, 3.14, 12)],
            arch,
            0.022,
        )
    extras(c, light, h, joined)


def _fountain(c, light, x, y):
    stone, drop = light.shade(rgb(196, 192, 186)), light.shade(rgb(214, 236, 250))
    c.ellipse(x, y, 0.16, 0.05, stone)
    c.ellipse(x, y - 0.008, 0.135, 0.035, light.shade(rgb(90, 160, 200)))
    c.rectangle(x - 0.016, y - 0.13, x + 0.016, y, stone)
    c.ellipse(x, y - 0.13, 0.06, 0.018, stone)
    for dx in (-0.1, -0.05, 0.05, 0.1):
        c.line([(x, y - 0.22), (x + dx * 0.5, y - 0.23 + abs(dx)), (x + dx, y - 0.02)], drop, 0.008)


@subject('village', (0.42, 0.55), ('mountains', 'forest', 'river', 'moon'))
def paint_village(c, light, h, joined):
    r = c.rng
    backdrop(c, light, h, joined)
    g.meadow(c, light, h)
    if 'river' in joined:
        winding(c, light, h, 0.1)
    t.church(c, light, r.uniform(0.25, 0.7), h + 0.1, r.uniform(0.16, 0.22), 0.25)
    for y in np.sort(r.uniform(h + 0.06, 0.93, int(r.integers(7, 12)))):
        near = (y - h) / (1 - h)
        t.house(c, light, r.uniform(-0.03, 0.92), y, 0.085 + 0.1 * near, 0.3 * (1 - near))
        if r.random() < 0.35:
            g.tree(c, light, r.uniform(0, 1), y + 0.01, 0.1 + 0.1 * near, 'leafy', None, 0.2 * (1 - near))


@subject('harbour', (0.4, 0.5), ('lighthouse', 'mountains', 'moon'))
def paint_harbour(c, light, h, joined):
    r = c.rng
    backdrop(c, light, h, [j for j in joined if j == 'mountains'])
    x = -0.04
    while x < 1.0:
        size = r.uniform(0.1, 0.15)
        t.house(c, light, x, h + 0.02, size, 0.25)
        x += size * 1.12
    if 'lighthouse' in joined:
        t.lighthouse(c, light, r.choice([0.1, 0.9]), h + 0.03, 0.3, 0.15)
    g.water(c, light, h + 0.02, 0.15)
    c.rectangle(0, h + 0.02, 1, h + 0.05, light.shade(rgb(120, 108, 98), 0.2))
    for y in np.sort(r.uniform(h + 0.14, 0.9, int(r.integers(4, 8)))):
        near = (y - h) / (1 - h)
        t.boat(
            c, light, r.uniform(0.05, 0.95), y, 0.12 + 0.12 * near, 0.1 * (1 - near), sails=r.random() < 0.25
        )
    if r.random() < 0.6:
        side = r.choice([-1, 1])
        edge = 0.5 + side * 0.5
        plank = light.shade(rgb(130, 98, 68))
        c.polygon([(edge, 0.84), (edge - side * 0.5, 0.78), (edge - side * 0.5, 0.82), (edge, 0.93)], plank)
        for k in (0.1, 0.3, 0.48):
            c.rectangle(edge - side * k - 0.012, 0.8, edge - side * k + 0.012, 0.96, plank * 0.6)


@subject('river', (0.38, 0.52), ('mountains', 'forest', 'bridge', 'village', 'castle'))
def paint_river(c, light, h, joined):
    r = c.rng
    backdrop(c, light, h, joined)
    g.meadow(c, light, h)
    extras(c, light, h + 0.02, [j for j in joined if j in ('castle', 'village')])
    winding(c, light, h, r.uniform(0.13, 0.19))
    for y in np.sort(r.uniform(h + 0.03, 0.95, int(r.integers(3, 9)))):
        near = (y - h) / (1 - h)
        x = r.choice([r.uniform(0, 0.22), r.uniform(0.78, 1)])
        g.tree(c, light, x, y, 0.1 + 0.3 * near, str(r.choice(['pine', 'leafy'])), None, 0.4 * (1 - near))
    if 'bridge' in joined:
        t.bridge(c, light, r.uniform(h + 0.1, 0.7), 0.14)


@subject('waterfall', (0.3, 0.42), ('forest', 'bridge'))
def paint_waterfall(c, light, h, joined):
    r = c.rng
    rock = g.pick(r, [(104, 98, 92), (92, 96, 92), (116, 100, 84)])
    x, half, pool = r.uniform(0.36, 0.64), r.uniform(0.08, 0.16), r.uniform(0.72, 0.82)
    top = c.ridge(h, 0.1, 0.5)
    strata = c.noise(2.0, 0.45)[..., None]
    c.blend(
        c.below(top), light.shade(rock * 1.2, 0.2) * strata + light.shade(rock * 0.42, 0.1) * (1 - strata)
    )
    moss = np.clip((c.noise(1.3) - 0.62) * 5, 0, 1) * c.below(top) * (light.name != 'snow')
    c.blend(moss * 0.8, light.shade(rgb(74, 118, 56), 0.2))
    for tx in np.arange(0.02, 1, 0.075):
        if abs(tx - x) > half + 0.03:
            g.tree(c, light, tx, h - 0.06 + r.uniform(0, 0.05), r.uniform(0.12, 0.22), 'pine', None, 0.35)
    g.water(c, light, pool, 0.2, rgb(46, 130, 140))
    streaks = c.noise(2.2, 0.2)
    lip = h - 0.05
    edge = half * (1 + 0.35 * np.clip((c.y - lip) / (pool - lip), 0, 1)) + (streaks - 0.5) * 0.04
    body = (
        np.clip((edge - np.abs(c.x - x)) * 40, 0, 1)
        * np.clip((c.y - lip) * 40, 0, 1)
        * np.clip((pool + 0.02 - c.y) * 40, 0, 1)
    )
    c.blend(body, light.shade((0.97, 0.99, 1.0)) * (0.72 + 0.33 * streaks[..., None]))
    spray = np.exp(-(((c.y - pool) / 0.06) ** 2) - ((c.x - x) / (half * 1.9)) ** 2)
    c.blend(spray * 0.85, light.shade((0.96, 0.98, 1.0)))
    for tx in (r.uniform(-0.02, 0.14), r.uniform(0.86, 1.02)):
        g.tree(
            c,
            light,
            tx,
            r.uniform(0.9, 1.02),
            r.uniform(0.4, 0.6),
            'leafy' if 'forest' not in joined else 'pine',
        )


@subject('flower field', (0.34, 0.48), ('mountains', 'tree', 'village', 'forest'))
def paint_flowers(c, light, h, joined):
    backdrop(c, light, h, joined)
    g.flower_rows(c, light, h)
    extras(c, light, h + 0.02, joined)
