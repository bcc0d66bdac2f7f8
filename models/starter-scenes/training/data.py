"""Rendered pictures and their scenes, as `render.py` wrote them."""

import json
from pathlib import Path

import numpy as np

from scenes import Scene


def load_renders(folder: Path):
    """Memory-mapped uint8 pictures [n, size, size, 3] and their scenes."""
    lines = (folder / 'captions.jsonl').read_text().splitlines()
    scenes = []
    for line in lines:
        record = json.loads(line)
        record.pop('captions')
        scenes.append(Scene(**{**record, 'joined': tuple(record['joined'])}))
    return np.load(folder / 'pictures.npy', mmap_mode='r')[: len(scenes)], scenes
