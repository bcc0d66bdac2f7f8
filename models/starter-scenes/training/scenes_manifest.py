"""Writes ../model.json with sizes and hashes of the exported files, after export.

python scenes_manifest.py
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx

PARTS = ('text_encoder', 'unet', 'vae_encoder', 'vae_decoder')
FACTS = dict(
    id='starter-scenes',
    name='Starter scenes',
    version='0.1.0',
    family='sd',
    capabilities=['text-to-image', 'image-to-image', 'inpaint'],
)
CHOICES = dict(
    limits=dict(multipleOf=32),
    defaults=dict(width=512, height=512, steps=12, guidance_scale=3),
    # Whoever installs a larger model wants that one to be chosen.
    priority=-10,
    upscale=dict(scale=4, model='starter-upscale'),
    licence='MIT',
)


def file_entries(folder: Path, names):
    entries = []
    for name in names:
        data = (folder / name).read_bytes()
        entries.append(dict(path=name, sha256=hashlib.sha256(data).hexdigest(), bytes=len(data)))
    return entries


def held_bytes(path: Path):
    """Weights lie in float16 or int8 and are held in float32."""
    return 4 * sum(int(np.prod(initializer.dims)) for initializer in onnx.load(path).graph.initializer)


def mebibytes(size):
    return -(-int(size) // 2**20)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--model', type=Path, default=Path('..'))
    parser.add_argument('--guidance', type=float, default=CHOICES['defaults']['guidance_scale'])
    parser.add_argument('--steps', type=int, default=CHOICES['defaults']['steps'])
    args = parser.parse_args()
    names = ['model_index.json', 'scheduler/scheduler_config.json']
    names += [
        f'tokenizer/{n}'
        for n in ('merges.txt', 'special_tokens_map.json', 'tokenizer_config.json', 'vocab.json')
    ]
    names += [f'{part}/{n}' for part in PARTS for n in ('config.json', 'model.onnx')]
    parts = {part: mebibytes(1.1 * held_bytes(args.model / part / 'model.onnx')) for part in PARTS}
    memory = dict(weights=sum(parts.values()), working=96, parts=parts)
    defaults = {**CHOICES['defaults'], 'steps': args.steps, 'guidance_scale': args.guidance}
    manifest = {
        **FACTS,
        'files': file_entries(args.model, names),
        'memory': memory,
        **CHOICES,
        'defaults': defaults,
    }
    (args.model / 'model.json').write_text(json.dumps(manifest, indent=2) + '\n')


if __name__ == '__main__':
    main()
