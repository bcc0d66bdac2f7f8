"""A square picture with shapes in unit coordinates (0..1, y down), so that one scene renders at any size."""

import cv2
import numpy as np

cv2.setNumThreads(1)
_SHIFT = 5
_BANK_SIZE = 512


def _fractal_noise(rng: np.random.Generator, first: int, octaves: int) -> np.ndarray:
    total, amplitude = np.zeros((_BANK_SIZE, _BANK_SIZE), np.float32), 1.0
    for octave in range(octaves):
        cells = min(first * 2**octave, _BANK_SIZE)
        coarse = rng.random((cells, cells), dtype=np.float32)
        total += amplitude * cv2.resize(coarse, (_BANK_SIZE, _BANK_SIZE), interpolation=cv2.INTER_CUBIC)
        amplitude *= 0.55
    low, high = np.percentile(total, (1, 99))
    return np.clip((total - low) / (high - low), 0, 1)


_BANK = [_fractal_noise(np.random.default_rng(90 + i), 8 * 2 ** (i % 3), 6) for i in range(9)]


class Canvas:
    """`pixels` is uint8 RGB [size, size, 3]; colours are floats 0..1."""

    def __init__(self, size: int, rng: np.random.Generator):
        self.size, self.rng = size, rng
        self.pixels = np.zeros((size, size, 3), np.uint8)
        axis = (np.arange(size, dtype=np.float32) + 0.5) / size
        self.x, self.y = np.meshgrid(axis, axis)

    # shapes -------------------------------------------------------------------------------------
    def polygon(self, points, colour):
        cv2.fillPoly(self.pixels, [self._fixed(points)], self._bytes(colour), cv2.LINE_AA, _SHIFT)

    def rectangle(self, x0, y0, x1, y1, colour):
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)

    def line(self, points, colour, width=0.006):
        thickness = max(1, int(round(width * self.size)))
        cv2.polylines(
            self.pixels, [self._fixed(points)], False, self._bytes(colour), thickness, cv2.LINE_AA, _SHIFT
        )

    def ellipse(self, x, y, rx, ry, colour, angle=0.0, start=0, end=360):
        one = 1 << _SHIFT
        centre = (int(x * self.size * one), int(y * self.size * one))
        axes = (max(1, int(rx * self.size * one)), max(1, int(ry * self.size * one)))
        cv2.ellipse(
            self.pixels, centre, axes, angle, start, end, self._bytes(colour), -1, cv2.LINE_AA, _SHIFT
        )

    # fields -------------------------------------------------------------------------------------
    def noise(self, zoom=1.0, stretch=1.0) -> np.ndarray:
        """Fractal noise 0..1 of the canvas' size; a larger zoom shows finer grain, stretch > 1 flattens it."""
        r = self.rng
        field = _BANK[r.integers(len(_BANK))]
        width, height = int(min(200 * zoom, 500)), int(min(200 * zoom * stretch, 500))
        x, y = r.integers(_BANK_SIZE - width), r.integers(_BANK_SIZE - height)
        crop = field[y : y + height, x : x + width]
        return cv2.resize(crop, (self.size, self.size), interpolation=cv2.INTER_LINEAR)

    def blend(self, mask, colour):
        """Mixes a colour (or a picture of floats) in where mask is 1."""
        alpha = np.clip(mask, 0, 1)[..., None]
        target = np.asarray(colour, np.float32) * 255
        mixed = self.pixels * (1 - alpha) + target * alpha
        self.pixels = np.clip(mixed + 0.5, 0, 255).astype(np.uint8)

    def add(self, light):
        """Adds light: floats [size, size, 3]."""
        self.pixels = np.clip(self.pixels + light * 255, 0, 255).astype(np.uint8)

    def glow(self, x, y, radius, colour, strength=1.0):
        distance = (self.x - x) ** 2 + (self.y - y) ** 2
        falloff = np.exp(-distance / (radius * radius)) * strength
        self.add(falloff[..., None] * np.asarray(colour, np.float32))

    def ridge(self, base, height, roughness=0.55) -> np.ndarray:
        """A mountain line: y for each column."""
        r, points = self.rng, np.array([0.0, 0.0])
        points = r.random(r.integers(3, 6)) * 0.9
        amplitude = 0.45
        while len(points) < 160:
            middle = (points[1:] + points[:-1]) / 2 + (r.random(len(points) - 1) - 0.5) * amplitude
            merged = np.empty(len(points) + len(middle))
            merged[0::2], merged[1::2] = points, middle
            points, amplitude = merged, amplitude * roughness
        line = np.interp(np.linspace(0, len(points) - 1, self.size), np.arange(len(points)), points)
        line = (line - line.min()) / (np.ptp(line) + 1e-6)
        return (base - height * line).astype(np.float32)

    def below(self, line) -> np.ndarray:
        """Mask 0..1 of what lies under a line (y per column), with a soft edge of one pixel."""
        return np.clip((self.y - line[None, :]) * self.size + 0.5, 0, 1)

    def _fixed(self, points):
        scaled = np.asarray(points, np.float64) * self.size * (1 << _SHIFT)
        return np.round(scaled).astype(np.int32).reshape(-1, 1, 2)

    @staticmethod
    def _bytes(colour):
        return tuple(float(np.clip(part, 0, 1) * 255) for part in colour)


def rgb(red, green, blue) -> np.ndarray:
    return np.array([red, green, blue], np.float32) / 255


def mix(first, second, amount):
    return np.asarray(first, np.float32) * (1 - amount) + np.asarray(second, np.float32) * amount
