"""Styles: how a finished scene is put on paper, canvas or screen."""

import cv2
import numpy as np

from canvas import Canvas

STYLES = ('photo', 'watercolour', 'oil', 'poster', 'neon', 'pencil', 'pixel')


def apply_style(c: Canvas, name: str):
    _STYLES[name](c)


def _photo(c):
    soft = cv2.GaussianBlur(c.pixels, (0, 0), c.size * 0.02).astype(np.float32)
    grain = c.rng.normal(0, 2.2, (c.size, c.size, 1))
    vignette = 1 - 0.3 * ((c.x - 0.5) ** 2 + (c.y - 0.5) ** 2)[..., None]
    pixels = (c.pixels * 0.9 + soft * 0.13) * vignette + grain
    c.pixels = np.clip(pixels, 0, 255).astype(np.uint8)


def _watercolour(c):
    size = c.size
    wobble = [(c.noise(1.6) - 0.5) * size * 0.035 for _ in range(2)]
    x, y = np.meshgrid(np.arange(size, dtype=np.float32), np.arange(size, dtype=np.float32))
    moved = cv2.remap(
        c.pixels,
        (x + wobble[0]).astype(np.float32),
        (y + wobble[1]).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT,
    )
    washed = cv2.bilateralFilter(moved, 7, 45, 5)
    edge = cv2.morphologyEx(washed, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8)).max(2, keepdims=True)
    pigment = (0.3 + 0.34 * c.noise(1.2) + 0.12 * c.noise(2.4))[..., None]
    paint = washed / 255.0
    grey = paint.mean(2, keepdims=True)
    paint = grey + (paint - grey) * 1.45
    paint = 1 - (1 - paint) * (1 - pigment * 0.6) - np.clip(edge / 255.0 * 0.3, 0, 0.1)
    border = np.minimum(np.minimum(c.x, 1 - c.x), np.minimum(c.y, 1 - c.y)) + (c.noise(1.3) - 0.5) * 0.09
    wet = np.clip((border - 0.025) * 22, 0, 1)[..., None]
    paper = 0.965 + 0.03 * (c.noise(2.4)[..., None] - 0.5)
    c.pixels = (np.clip(paint * wet + paper * (1 - wet), 0, 1) * 255).astype(np.uint8)


def _oil(c):
    size, r = c.size, c.rng
    source = cv2.GaussianBlur(c.pixels, (0, 0), size * 0.006)
    out = cv2.medianBlur(source, 2 * (size // 51) + 1)
    angles = (c.noise(0.5) * 2 + 0.3 * np.sin(c.x * 4)) * np.pi
    for wide, count in ((0.021, 300), (0.012, 700)):
        xs, ys = r.random(count), r.random(count)
        for x, y in zip(xs, ys):
            row, column = int(y * size), int(x * size)
            angle, length = angles[row, column], wide * r.uniform(1.1, 2.2)
            dx, dy = np.cos(angle) * length, np.sin(angle) * length * 0.6
            colour = source[row, column] * r.uniform(0.9, 1.12)
            start, stop = (
                (int((x - dx) * size * 32), int((y - dy) * size * 32)),
                (int((x + dx) * size * 32), int((y + dy) * size * 32)),
            )
            cv2.line(
                out,
                start,
                stop,
                tuple(float(min(255, v)) for v in colour),
                max(1, int(wide * size)),
                cv2.LINE_AA,
                5,
            )
    relief = cv2.Sobel(cv2.cvtColor(out, cv2.COLOR_RGB2GRAY), cv2.CV_32F, 1, 1)[..., None]
    pixels = out.astype(np.float32)
    grey = pixels.mean(2, keepdims=True)
    c.pixels = np.clip(grey + (pixels - grey) * 1.22 + relief * 0.3, 0, 255).astype(np.uint8)


def _poster(c):
    smooth = cv2.medianBlur(c.pixels, 2 * (c.size // 64) + 1)
    smooth = cv2.medianBlur(smooth, 2 * (c.size // 64) + 1)
    hsv = cv2.cvtColor(smooth, cv2.COLOR_RGB2HSV).astype(np.float32)
    hsv[..., 0] = np.round(hsv[..., 0] / 12) * 12 % 180
    hsv[..., 1] = np.clip(np.round(hsv[..., 1] * 1.35 / 72) * 72, 0, 255)
    hsv[..., 2] = np.clip(np.round((hsv[..., 2] + 14) / 48) * 48, 0, 255)
    flat = cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)
    c.pixels = cv2.medianBlur(flat, 2 * (c.size // 100) + 1)


def _neon(c):
    grey = cv2.cvtColor(cv2.GaussianBlur(c.pixels, (0, 0), c.size * 0.006), cv2.COLOR_RGB2GRAY).astype(
        np.float32
    )
    edge = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    edge = np.clip(edge / (np.percentile(edge, 96) + 12), 0, 1) ** 1.3
    hsv = cv2.cvtColor(c.pixels, cv2.COLOR_RGB2HSV).astype(np.float32)
    shift = (c.y * 50 + c.rng.uniform(0, 12)).astype(np.float32)
    hue = np.stack([(135 + shift) % 180, np.full_like(shift, 235), np.full_like(shift, 255)], 2).astype(
        np.uint8
    )
    glow_colour = cv2.cvtColor(hue, cv2.COLOR_HSV2RGB).astype(np.float32) / 255
    hsv[..., 1] = np.clip(hsv[..., 1] * 1.7 + 25, 0, 255)
    own = cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB).astype(np.float32) / 255
    base = own * 0.3 + np.array([0.03, 0.0, 0.09], np.float32)
    line = edge[..., None] * (0.6 * glow_colour + 0.4 * own)
    bloom = cv2.GaussianBlur(line, (0, 0), c.size * 0.022)
    c.pixels = (np.clip(base + line * 1.05 + bloom * 1.1, 0, 1) * 255).astype(np.uint8)


def _pencil(c):
    size = c.size
    grey = cv2.cvtColor(c.pixels, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    blurred = cv2.GaussianBlur(1 - grey, (0, 0), size * 0.014)
    lines = np.clip(grey / (1 - blurred + 0.02), 0, 1) ** 2.2
    hatch = np.zeros_like(grey)
    for angle, level in ((0.8, 0.72), (2.3, 0.42), (1.5, 0.22)):
        stripes = np.sin((c.x * np.cos(angle) + c.y * np.sin(angle) + (c.noise(1.2) - 0.5) * 0.02) * 125)
        hatch += np.clip((level - grey) * 3, 0, 1) * (0.5 + 0.5 * stripes) * 0.27
    tone = np.clip(0.97 * lines - hatch + (c.noise(2.4) - 0.5) * 0.07, 0.2, 1)[..., None]
    colour = c.pixels / 255.0
    wash = 1 - (1 - colour) * 0.5
    c.pixels = (np.clip(tone * wash, 0, 1) * 255).astype(np.uint8)


def _pixel(c):
    cells = 32
    small = cv2.resize(c.pixels, (cells, cells), interpolation=cv2.INTER_AREA).astype(np.float32)
    small = np.clip((small - 128) * 1.2 + 128, 0, 255)
    small = np.round(small / 36) * 36
    c.pixels = cv2.resize(
        np.clip(small, 0, 255).astype(np.uint8), (c.size, c.size), interpolation=cv2.INTER_NEAREST
    )


_STYLES = dict(
    photo=_photo, watercolour=_watercolour, oil=_oil, poster=_poster, neon=_neon, pencil=_pencil, pixel=_pixel
)

PALETTES = {
    'blue': (0.72, 0.95, 1.3),
    'warm': (1.22, 1.0, 0.74),
    'purple': (1.08, 0.78, 1.25),
    'green': (0.82, 1.16, 0.82),
    'pastel': None,
    'monochrome': None,
    'vivid': None,
}


def apply_palette(c: Canvas, name: str):
    """A colour scheme over the whole scene, before its style."""
    pixels = c.pixels.astype(np.float32)
    grey = pixels.mean(2, keepdims=True)
    if name == 'monochrome':
        pixels = grey * np.array([1.02, 1.0, 0.97], np.float32)
    elif name == 'pastel':
        pixels = (grey + (pixels - grey) * 0.62) * 0.62 + 97
    elif name == 'vivid':
        pixels = grey + (pixels - grey) * 1.6
    else:
        pixels = (grey * 0.5 + pixels * 0.5) * np.array(PALETTES[name], np.float32)
    c.pixels = np.clip(pixels, 0, 255).astype(np.uint8)
