"""Draws a scene's description by lot and paints it."""

import zlib
from dataclasses import asdict, dataclass

import numpy as np

from canvas import Canvas
from captions import caption
from lights import LIGHTS, make_light, paint_weather
from styles import PALETTES, STYLES, apply_palette, apply_style
from subjects import SUBJECTS, paint_scene

_NO_BIRDS = ('night sky', 'nebula', 'coffee cup', 'moon', 'flying cars', 'waterfall')
_INDOOR = ('coffee cup', 'nebula')


def held_out(scene) -> bool:
    """One in twenty combinations of subject, light and style is kept from training, to test composing."""
    if not (scene.light and scene.style):
        return False
    return zlib.crc32(f'{scene.subject}/{scene.light}/{scene.style}'.encode()) % 20 == 0


@dataclass
class Scene:
    """`light`, `style` and `palette` are '' when the caption does not name them."""

    subject: str
    light: str
    style: str
    palette: str
    joined: tuple
    seed: int

    @property
    def record(self):
        return asdict(self)


def draw_scene(rng: np.random.Generator) -> Scene:
    subject = str(rng.choice(list(SUBJECTS)))
    joins = SUBJECTS[subject][2]
    joined = [str(rng.choice(joins))] if joins and rng.random() < 0.42 else []
    if subject not in _NO_BIRDS and rng.random() < 0.09:
        joined.append(str(rng.choice(['birds', 'balloon'])))
    light = '' if rng.random() < 0.12 else str(rng.choice(LIGHTS))
    if subject in ('night sky', 'nebula'):
        light = 'night' if rng.random() < 0.4 and subject == 'night sky' else ''
    style = '' if rng.random() < 0.14 else str(rng.choice(STYLES))
    palette = str(rng.choice(list(PALETTES))) if rng.random() < 0.14 else ''
    return Scene(subject, light, style, palette, tuple(joined), int(rng.integers(2**31)))


def render(scene: Scene, size: int) -> np.ndarray:
    """uint8 RGB [size, size, 3]; the same scene and size give the same picture."""
    rng = np.random.default_rng(scene.seed)
    canvas = Canvas(size, rng)
    name = scene.light or str(rng.choice(['noon', 'noon', 'noon', 'golden', 'sunset']))
    if scene.subject == 'night sky':
        name = 'night'
    if scene.subject == 'moon' and not scene.light:
        name = 'night'
    low, high = SUBJECTS[scene.subject][1]
    horizon = float(rng.uniform(low, high))
    light = make_light(name, min(horizon, 0.9), rng)
    paint_scene(canvas, light, scene.subject, horizon, scene.joined)
    if scene.subject not in _INDOOR:
        paint_weather(canvas, light)
    if scene.palette:
        apply_palette(canvas, scene.palette)
    apply_style(canvas, scene.style or 'photo')
    return canvas.pixels


def captioned(rng: np.random.Generator, texts: int = 1) -> tuple[Scene, list[str]]:
    scene = draw_scene(rng)
    return scene, [caption(scene, rng) for _ in range(texts)]
