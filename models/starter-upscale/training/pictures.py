"""Sharp pictures to learn from (renders and procedural textures) and how they are made small."""

import sys
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

sys.path.append(str(Path(__file__).resolve().parents[2] / 'starter-scenes' / 'training'))
from canvas import Canvas  # noqa: E402
from data import load_renders  # noqa: E402

FILTERS = (Image.Resampling.LANCZOS, Image.Resampling.BICUBIC, Image.Resampling.BOX)


def texture(rng, size):
    """Noise of many grains, stripes and blobs: what photographs have and drawn scenes lack."""
    c = Canvas(size, rng)
    pixels = np.empty((size, size, 3), np.float32)
    colours = rng.random((3, 3))
    fields = [c.noise(rng.uniform(0.3, 2.4), rng.choice([1, 1, 2.5, 0.4])) for _ in range(3)]
    if rng.random() < 0.5:
        angle, rate = rng.uniform(0, 3.14), rng.uniform(20, 260)
        wave = np.sin((c.x * np.cos(angle) + c.y * np.sin(angle) + fields[2] * rng.uniform(0, 0.2)) * rate)
        fields[1] = fields[1] * 0.6 + 0.4 * (wave if rng.random() < 0.5 else (wave > 0))
    if rng.random() < 0.4:
        fields[0] = np.clip((fields[0] - 0.5) * rng.uniform(4, 30), 0, 1)
    pixels[:] = sum(field[..., None] * colour for field, colour in zip(fields, colours)) / 1.5
    return np.clip(pixels * 255, 0, 255).astype(np.uint8)


def shrink(picture, scale, rng=None):
    """A picture made small; with a generator also blurred or noisy at times, as real small pictures are."""
    image = Image.fromarray(picture)
    size = (image.width // scale, image.height // scale)
    if rng is None:
        return np.asarray(image.resize(size, Image.Resampling.LANCZOS))
    small = np.asarray(image.resize(size, FILTERS[rng.integers(3)]))
    if rng.random() < 0.12:
        small = cv2.GaussianBlur(small, (0, 0), rng.uniform(0.3, 0.6))
    if rng.random() < 0.12:
        small = np.clip(small + rng.normal(0, rng.uniform(1, 4), small.shape), 0, 255).astype(np.uint8)
    return small


def pairs(folder, scale, count, crop, rng):
    """Endless batches of (small, sharp), float 0..1 [count, 3, ·, ·]."""
    pictures, _ = load_renders(folder)
    while True:
        sharp = []
        for _ in range(count):
            if rng.random() < 0.3:
                sharp.append(texture(rng, crop))
                continue
            picture = pictures[rng.integers(len(pictures))]
            y, x = rng.integers(0, picture.shape[0] - crop + 1, 2)
            cut = picture[y : y + crop, x : x + crop]
            sharp.append(np.ascontiguousarray(cut if rng.random() < 0.5 else cut[:, ::-1]))
        small = [shrink(cut, scale, rng) for cut in sharp]
        yield tuple(np.stack(side).transpose(0, 3, 1, 2).astype(np.float32) / 255 for side in (small, sharp))
