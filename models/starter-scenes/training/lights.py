"""Times of day and weather: the sky, and what they do to the colours of things."""

from dataclasses import dataclass, field

import numpy as np

from canvas import Canvas, mix, rgb


@dataclass
class Light:
    name: str
    top: np.ndarray
    middle: np.ndarray
    low: np.ndarray
    tint: np.ndarray
    haze: np.ndarray
    haze_amount: float
    sun: str = ''
    clouds: float = 0.3
    cloud: np.ndarray = field(default_factory=lambda: rgb(255, 255, 255))
    dark: bool = False
    sun_x: float = 0.5
    sun_y: float = 0.5

    def shade(self, colour, depth=0.0):
        """The colour of a thing in this light; depth 0 is near, 1 far."""
        lit = np.clip(np.asarray(colour, np.float32) * self.tint, 0, 1)
        return mix(lit, self.haze, min(1.0, depth * self.haze_amount + 0.25 * self.haze_amount * (depth > 0)))


_KINDS = {
    'noon': dict(
        top=(50, 125, 220),
        middle=(105, 175, 240),
        low=(190, 225, 248),
        tint=(1.08, 1.06, 1.0),
        haze=(190, 220, 245),
        haze_amount=0.36,
        clouds=0.55,
        cloud=(255, 255, 255),
        sun='',
    ),
    'sunset': dict(
        top=(72, 45, 112),
        middle=(222, 82, 72),
        low=(255, 178, 74),
        tint=(0.66, 0.42, 0.42),
        haze=(226, 110, 84),
        haze_amount=0.5,
        clouds=0.5,
        cloud=(188, 62, 92),
        sun='disc',
    ),
    'golden': dict(
        top=(214, 180, 112),
        middle=(246, 208, 128),
        low=(255, 234, 166),
        tint=(1.12, 0.88, 0.5),
        haze=(252, 216, 132),
        haze_amount=0.62,
        clouds=0.2,
        cloud=(255, 240, 200),
        sun='rays',
    ),
    'dawn': dict(
        top=(126, 156, 214),
        middle=(222, 188, 214),
        low=(255, 208, 196),
        tint=(0.8, 0.72, 0.84),
        haze=(236, 200, 212),
        haze_amount=0.62,
        clouds=0.3,
        cloud=(250, 196, 204),
        sun='pale',
    ),
    'night': dict(
        top=(8, 13, 46),
        middle=(20, 32, 86),
        low=(58, 80, 142),
        tint=(0.36, 0.42, 0.66),
        haze=(44, 62, 118),
        haze_amount=0.5,
        clouds=0.1,
        cloud=(30, 38, 74),
        dark=True,
    ),
    'mist': dict(
        top=(196, 204, 208),
        middle=(212, 218, 220),
        low=(226, 229, 229),
        tint=(0.68, 0.72, 0.74),
        haze=(216, 221, 222),
        haze_amount=0.92,
        clouds=0.0,
        cloud=(220, 224, 224),
    ),
    'storm': dict(
        top=(34, 38, 48),
        middle=(66, 72, 82),
        low=(122, 130, 134),
        tint=(0.54, 0.58, 0.6),
        haze=(98, 106, 112),
        haze_amount=0.5,
        clouds=1.0,
        cloud=(40, 44, 54),
    ),
    'snow': dict(
        top=(178, 190, 208),
        middle=(204, 213, 226),
        low=(230, 235, 242),
        tint=(0.84, 0.9, 1.0),
        haze=(222, 228, 238),
        haze_amount=0.5,
        clouds=0.3,
        cloud=(236, 240, 246),
    ),
}
LIGHTS = tuple(_KINDS)


def make_light(name: str, horizon: float, rng: np.random.Generator) -> Light:
    kind = {
        key: rgb(*value) if isinstance(value, tuple) and key != 'tint' else value
        for key, value in _KINDS[name].items()
    }
    kind['tint'] = np.array(kind['tint'], np.float32)
    light = Light(name=name, **kind)
    drift = rng.normal(0, 0.028, 3).astype(np.float32)
    for part in ('top', 'middle', 'low', 'haze'):
        own = rng.normal(0, 0.015, 3).astype(np.float32)
        setattr(light, part, np.clip(getattr(light, part) + drift + own, 0, 1))
    light.tint = light.tint * (1 + rng.normal(0, 0.04, 3).astype(np.float32))
    light.sun_x = float(rng.uniform(0.15, 0.85))
    height = {'disc': rng.uniform(0.03, 0.16), 'pale': rng.uniform(0.01, 0.1)}.get(
        light.sun, rng.uniform(0.12, 0.3)
    )
    light.sun_y = max(0.06, horizon - float(height))
    return light


def paint_sky(c: Canvas, light: Light, horizon: float):
    r = c.rng
    t = np.clip(c.y / max(horizon, 0.2), 0, 1)[..., None]
    knee = 0.55
    upper = light.top + (light.middle - light.top) * np.clip(t / knee, 0, 1)
    sky = np.where(
        t < knee, upper, light.middle + (light.low - light.middle) * np.clip((t - knee) / (1 - knee), 0, 1)
    )
    c.pixels = (np.clip(sky, 0, 1) * 255).astype(np.uint8)
    if light.dark:
        paint_stars(c, int(r.integers(18, 50)), horizon)
    _paint_sun(c, light)
    if r.random() < light.clouds + 0.25 and light.clouds > 0:
        _paint_clouds(c, light, horizon)


def _paint_sun(c: Canvas, light: Light):
    x, y, r = light.sun_x, light.sun_y, c.rng
    if light.sun == 'disc':
        c.glow(x, y, 0.28, (0.45, 0.22, 0.05))
        c.ellipse(x, y, *(2 * [r.uniform(0.045, 0.08)]), rgb(255, 226, 150))
    elif light.sun == 'rays':
        c.glow(x, y, 0.45, (0.3, 0.26, 0.12))
        c.glow(x, y, 0.1, (0.3, 0.3, 0.25))
    elif light.sun == 'pale':
        c.glow(x, y, 0.22, (0.2, 0.12, 0.06))
        c.ellipse(x, y, *(2 * [r.uniform(0.03, 0.05)]), rgb(255, 240, 225))
    elif light.name == 'noon' and r.random() < 0.35:
        c.glow(x, 0.12, 0.1, (0.35, 0.35, 0.25))
        c.ellipse(x, 0.12, 0.04, 0.04, rgb(255, 252, 225))


def _paint_clouds(c: Canvas, light: Light, horizon: float):
    r = c.rng
    heavy = light.name == 'storm'
    field = c.noise(r.uniform(0.5, 0.9), r.uniform(1.6, 2.6) if not heavy else 1.4)
    threshold = r.uniform(0.3, 0.42) if heavy else r.uniform(0.52, 0.64)
    mask = np.clip((field - threshold) * 3.2, 0, 1) * np.clip((horizon - c.y) * 7, 0, 1)
    shade = c.noise(1.2, 2.0)[..., None]
    under = mix(light.cloud, light.middle, 0.45)
    c.blend(mask * (0.95 if heavy else 0.88), light.cloud * shade + under * (1 - shade))


def paint_stars(c: Canvas, count: int, horizon: float):
    r = c.rng
    for _ in range(count):
        x, y = r.random(), r.random() * horizon
        bright = r.uniform(0.5, 1)
        radius = r.uniform(0.0025, 0.0065) if r.random() < 0.85 else 0.009
        c.ellipse(x, y, radius, radius, (bright, bright, min(1, bright * 1.08)))


def paint_moon(c: Canvas, x, y, radius, light: Light, crescent=False):
    bright = rgb(250, 246, 222) if light.dark else mix(rgb(250, 248, 240), light.top, 0.2)
    c.glow(x, y, radius * 2.4, (0.2, 0.21, 0.26) if light.dark else (0.06, 0.06, 0.06))
    if crescent:
        behind = c.pixels.copy()
        c.ellipse(x, y, radius, radius, bright)
        side = radius * 0.45
        hidden = ((c.x - x - side) ** 2 + (c.y - y + side * 0.3) ** 2) < (radius * 0.92) ** 2
        c.pixels[hidden] = behind[hidden]
        return
    c.ellipse(x, y, radius, radius, bright)
    inside = ((c.x - x) ** 2 + (c.y - y) ** 2) < (radius * 0.97) ** 2
    c.blend(inside * np.clip((c.noise(1.4) - 0.5) * 3, 0, 1) * 0.28, rgb(150, 150, 150) * bright)


def paint_weather(c: Canvas, light: Light):
    """What falls or drifts in front of everything."""
    r = c.rng
    if light.name == 'snow':
        for _ in range(r.integers(35, 80)):
            radius = r.uniform(0.003, 0.009)
            c.ellipse(r.random(), r.random(), radius, radius, rgb(255, 255, 255))
    elif light.name == 'storm':
        _paint_rain(c)
        if r.random() < 0.5:
            _paint_lightning(c)
    elif light.name == 'mist':
        band = c.noise(0.5, 3.0)
        height = r.uniform(0.5, 0.75)
        c.blend(band * np.exp(-(((c.y - height) / 0.22) ** 2)) * 0.75, light.haze)
        c.blend(np.full_like(c.y, 0.14), light.haze)
    elif light.sun == 'rays':
        angle = np.arctan2(c.y - light.sun_y, c.x - light.sun_x)
        beams = np.clip(np.sin(angle * r.integers(9, 16) + r.random() * 6), 0, 1) ** 2
        reach = np.exp(-((c.x - light.sun_x) ** 2 + (c.y - light.sun_y) ** 2) / 0.35)
        c.add((beams * reach * 0.13)[..., None] * np.array([1, 0.86, 0.5], np.float32))


def _paint_rain(c: Canvas):
    r = c.rng
    slant = r.uniform(-0.03, 0.03)
    overlay = c.pixels.copy()
    front = Canvas.__new__(Canvas)
    front.size, front.pixels = c.size, overlay
    for _ in range(r.integers(25, 55)):
        x, y, length = r.random(), r.random(), r.uniform(0.04, 0.09)
        front.line([(x, y), (x + slant, y + length)], (0.78, 0.82, 0.86), 0.004)
    c.pixels = (c.pixels * 0.55 + overlay * 0.45).astype(np.uint8)


def _paint_lightning(c: Canvas):
    r = c.rng
    x, y, points = r.uniform(0.15, 0.85), 0.02, []
    c.glow(x, 0.1, 0.3, (0.16, 0.16, 0.24))
    while y < r.uniform(0.38, 0.6):
        points.append((x, y))
        x, y = x + r.uniform(-0.05, 0.05), y + r.uniform(0.04, 0.08)
    if len(points) > 1:
        c.line(points, rgb(250, 250, 255), 0.011)
