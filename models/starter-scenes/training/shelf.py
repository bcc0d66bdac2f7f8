"""The shelf of subjects: each decides the composition of its scenes and names what may join it."""

import numpy as np

import grounds as g
import things as t
from canvas import rgb


def new_shelf():
    """Subjects by name (painter, range of the horizon, what may join), and the decorator that puts one there."""
    shelf = {}

    def subject(name, horizon=(0.45, 0.6), joins=()):
        def register(paint):
            shelf[name] = (paint, horizon, joins)
            return paint

        return register

    return shelf, subject


def backdrop(c, light, h, joined):
    """What the caption names behind the subject, or something unobtrusive."""
    r = c.rng
    if 'mountains' in joined:
        g.mountains(c, light, h, r.uniform(0.16, 0.3))
    elif 'city' in joined:
        g.skyline(c, light, h, r.uniform(0.14, 0.24))
    elif 'forest' in joined:
        g.treeline(c, light, h, r.uniform(0.08, 0.14))
    elif r.random() < 0.5:
        g.hills(c, light, h)


def extras(c, light, h, joined):
    r = c.rng
    if 'castle' in joined:
        t.castle(c, light, r.uniform(0.2, 0.8), h + 0.02, r.uniform(0.18, 0.26), 0.35)
    if 'village' in joined:
        for _ in range(r.integers(4, 8)):
            t.house(c, light, r.uniform(0.1, 0.85), h + r.uniform(0.0, 0.035), r.uniform(0.05, 0.075), 0.3)
    if 'tree' in joined:
        t_x = r.choice([r.uniform(0.04, 0.2), r.uniform(0.8, 0.96)])
        g.tree(c, light, t_x, r.uniform(0.86, 1.0), r.uniform(0.5, 0.75), r.choice(['pine', 'leafy']))
    if 'lighthouse' in joined:
        t.lighthouse(
            c,
            light,
            r.choice([r.uniform(0.1, 0.25), r.uniform(0.75, 0.9)]),
            h + 0.03,
            r.uniform(0.22, 0.32),
            0.2,
        )
    if 'boat' in joined:
        t.boat(c, light, r.uniform(0.2, 0.8), r.uniform(h + 0.12, 0.85), r.uniform(0.13, 0.2))


def winding(c, light, h, width):
    """A river from the horizon to the lower edge."""
    r = c.rng
    k = np.linspace(0, 1, 26)
    centre = r.uniform(0.35, 0.65) + 0.24 * np.sin(k * r.uniform(4, 7) + r.random() * 6) * (0.25 + k * 0.7)
    y, half = h + (1.02 - h) * k**1.25, width * (0.1 + k**1.2 * 1.6) + 0.006
    before = c.pixels.copy()
    bank = light.shade(rgb(176, 150, 108) if light.name != 'snow' else rgb(206, 214, 226), 0.2)
    c.polygon(
        np.concatenate(
            [np.stack([centre - half * 1.14, y], 1), np.stack([centre + half * 1.14, y], 1)[::-1]]
        ),
        bank,
    )
    banks = c.pixels.copy()
    c.polygon(
        np.concatenate([np.stack([centre - half, y], 1), np.stack([centre + half, y], 1)[::-1]]), (1, 0, 1)
    )
    inside = np.any(c.pixels != banks, axis=2)
    c.pixels = before
    g.water(c, light, h, 0.12, rgb(50, 124, 160))
    surface = c.pixels
    c.pixels = banks
    c.pixels[inside] = surface[inside]
