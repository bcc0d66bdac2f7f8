"""Runs the exported graphs alone (ONNX Runtime, DPM-Solver++ as in `diffusion.py`), and times them.

python check_onnx.py --model .. --prompt "a serene mountain lake at sunset, golden light" --out /tmp/starter/check.png
"""

import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import torch

from diffusion import sample
from networks import FACTOR, UNET
from tokenizer import Tokenizer


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--model', type=Path, default=Path('..'))
    parser.add_argument('--prompt', default='a serene mountain lake at sunset, golden light')
    parser.add_argument('--steps', type=int, default=12)
    parser.add_argument('--guidance', type=float, default=3.0)
    parser.add_argument('--seed', type=int, default=7)
    parser.add_argument('--size', type=int, default=128)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--out', type=Path, required=True)
    args = parser.parse_args()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    graphs = {
        n: onnxruntime.InferenceSession(args.model / n / 'model.onnx', options)
        for n in ('text_encoder', 'unet', 'vae_decoder')
    }
    tokenizer = Tokenizer(args.model / 'tokenizer')
    ids = [tokenizer.encode(text) for text in (args.prompt, '')]
    ids = np.array([row + [tokenizer.eos] * (77 - len(row)) for row in ids], np.int64)
    began = time.time()
    states = graphs['text_encoder'].run(None, {'input_ids': ids})[0]

    def predict(x, t, text):
        feeds = {
            'sample': x.numpy(),
            'timestep': np.array(float(t[0]), np.float32),
            'encoder_hidden_states': text.numpy(),
        }
        return torch.from_numpy(graphs['unet'].run(None, feeds)[0])

    side = args.size // FACTOR
    noise = torch.randn(
        1, UNET['in_channels'], side, side, generator=torch.Generator().manual_seed(args.seed)
    )
    latents = sample(
        predict, *(torch.from_numpy(states[i : i + 1]) for i in (0, 1)), noise, args.steps, args.guidance
    )
    factor = json.loads((args.model / 'vae_decoder' / 'config.json').read_text())['scaling_factor']
    picture = graphs['vae_decoder'].run(None, {'latent_sample': (latents / factor).numpy()})[0][0]
    print(f'{time.time() - began:.2f} s')
    pixels = ((picture.transpose(1, 2, 0).clip(-1, 1) + 1) * 127.5).round().astype(np.uint8)
    cv2.imwrite(str(args.out), pixels[..., ::-1])


if __name__ == '__main__':
    main()
