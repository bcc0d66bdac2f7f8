"""Encodes renders into `latents.npy` (float16 [views, count, 8, 8, 8]: as drawn, and mirrored) with a trained VAE.

    python latents.py --data /tmp/starter/train --vae /tmp/starter/vae.pt

Values are means of the encoder, already times the scaling factor that `scale.json` names. `--vae` may also be the
folder of an exported model; its own scaling factor is then kept, since the UNet knows no other.
"""

import argparse
import json
from multiprocessing import Process
from pathlib import Path

import numpy as np
import torch

from data import load_renders
from export import load_vae
from networks import FACTOR, VAE, Encoder


def load_encoder(path: Path):
    """The encoder and, of an exported model, its scaling factor."""
    if path.is_dir():
        return load_vae(path)[0], json.loads((path / 'vae_encoder' / 'config.json').read_text())[
            'scaling_factor'
        ]
    encoder = Encoder(**VAE)
    encoder.load_state_dict(torch.load(path)['encoder'])
    return encoder, None


@torch.no_grad()
def encode(view, args):
    torch.set_num_threads(1)
    pictures, _ = load_renders(args.data)
    encoder = load_encoder(args.vae)[0].to(torch.bfloat16)
    stored = np.load(args.data / 'latents.npy', mmap_mode='r+')
    for start in range(0, stored.shape[1], 50):
        batch = torch.from_numpy(pictures[start : start + 50].copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
        seen = batch.flip(3) if view else batch
        stored[view, start : start + 50] = encoder(seen.bfloat16()).float().chunk(2, 1)[0].half().numpy()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--vae', type=Path, required=True)
    parser.add_argument('--count', type=int)
    args = parser.parse_args()
    pictures, _ = load_renders(args.data)
    count = args.count or len(pictures)
    shape = (2, count, VAE['latent_channels'], pictures.shape[1] // FACTOR, pictures.shape[2] // FACTOR)
    np.lib.format.open_memmap(args.data / 'latents.npy', 'w+', np.float16, shape).flush()
    views = [Process(target=encode, args=(view, args)) for view in range(2)]
    for process in views:
        process.start()
    for process in views:
        process.join()
    latents = np.load(args.data / 'latents.npy', mmap_mode='r+')
    some = latents[0, ::7].astype(np.float32)
    factor = load_encoder(args.vae)[1] or round(1 / float(some.std()), 6)
    for start in range(0, count, 1000):
        latents[:, start : start + 1000] = (
            latents[:, start : start + 1000].astype(np.float32) * factor
        ).astype(np.float16)
    (args.data / 'scale.json').write_text(json.dumps({'scaling_factor': factor}))
    print(
        'scaling factor',
        factor,
        'mean',
        some.mean((0, 2, 3)) * factor,
        'deviation',
        some.std((0, 2, 3)) * factor,
    )


if __name__ == '__main__':
    main()
