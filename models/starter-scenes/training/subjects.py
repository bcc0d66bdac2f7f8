"""All subjects, in the order that gives the classifier its numbers, and the painting of a scene."""

import things as t
from canvas import Canvas
from lights import Light, paint_moon, paint_sky
from sights import SIGHTS
from views import VIEWS

SUBJECTS = {**VIEWS, **SIGHTS}


def paint_scene(c: Canvas, light: Light, name, horizon, joined):
    paint, _, _ = SUBJECTS[name]
    if name != 'nebula':
        paint_sky(c, light, horizon)
    if 'moon' in joined:
        paint_moon(
            c,
            c.rng.uniform(0.15, 0.85),
            c.rng.uniform(0.1, 0.24),
            c.rng.uniform(0.045, 0.075),
            light,
            c.rng.random() < 0.4,
        )
    if 'balloon' in joined:
        t.balloon(c, light, c.rng.uniform(0.2, 0.8), c.rng.uniform(0.14, 0.26), c.rng.uniform(0.06, 0.1))
    paint(c, light, horizon, joined)
    if 'birds' in joined:
        t.birds(c, light, min(horizon, 0.6))
