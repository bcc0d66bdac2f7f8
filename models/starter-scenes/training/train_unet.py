"""Trains the UNet and the text encoder on latents; resumes from its own checkpoint.

    python train_unet.py --data /tmp/starter/train --out /tmp/starter/unet.pt --minutes 75
    python train_unet.py ... --start ../        (goes on from the exported ONNX files of an earlier session)

`--processes 2` averages the gradients of two single-threaded processes, which on busy cores is faster than threads.
"""

import argparse
import math
import os
import time
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from captions import caption
from data import load_renders
from diffusion import STEPS, alphas_cumprod
from flat_adam import FlatAdam
from networks import TEXT, UNET, TextEncoder, UNet
from scenes import held_out
from tokenizer import Tokenizer

HERE = Path(__file__).resolve().parent


def make_networks():
    tokenizer = Tokenizer(HERE.parent / 'tokenizer')
    text = TextEncoder(**{**TEXT, 'vocab_size': len(tokenizer.ids), 'eos_token_id': tokenizer.eos})
    return tokenizer, text, UNet(**UNET)


def encode_texts(tokenizer, texts):
    rows = [tokenizer.encode(text) for text in texts]
    width = max(len(row) for row in rows)
    return torch.tensor([row + [tokenizer.eos] * (width - len(row)) for row in rows])


def batches(latents, scenes, tokenizer, count, rng):
    usable = np.array([row for row, scene in enumerate(scenes[: latents.shape[1]]) if not held_out(scene)])
    while True:
        rows = rng.choice(usable, count)
        views = rng.integers(2, size=count)
        texts = ['' if rng.random() < 0.1 else caption(scenes[row], rng) for row in rows]
        yield torch.from_numpy(latents[views, rows].astype(np.float32)), encode_texts(tokenizer, texts)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--start', type=Path)
    parser.add_argument('--minutes', type=float, default=75, help='over all sessions with this checkpoint')
    parser.add_argument('--rate', type=float, default=1e-3)
    parser.add_argument('--batch', type=int, default=64, help='per process')
    parser.add_argument('--ema', type=float, default=0.998)
    parser.add_argument('--seed', type=int, default=4)
    parser.add_argument('--processes', type=int, default=1)
    return parser.parse_args()


def main():
    args = parse()
    if args.processes == 1:
        return train(0, args)
    os.environ.update(MASTER_ADDR='127.0.0.1', MASTER_PORT='29611')
    mp.spawn(train, (args,), args.processes)


def train(rank, args):
    torch.set_num_threads(1)
    if args.processes > 1:
        dist.init_process_group('gloo', rank=rank, world_size=args.processes)
    torch.manual_seed(args.seed)
    tokenizer, text, unet = make_networks()
    if args.start:
        from export import load_exported

        load_exported(args.start, text, unet)
    unet.to(memory_format=torch.channels_last)
    learning = FlatAdam([unet, text], average_gradients=args.processes, muon=True)
    seconds, seen, history = 0.0, 0, []
    if args.out.exists():
        saved = torch.load(args.out)
        learning.load(saved['learning'])
        seconds, seen, history = saved['seconds'], saved['seen'], saved['history']
    _, scenes = load_renders(args.data)
    latents = np.load(args.data / 'latents.npy', mmap_mode='r')
    rng = np.random.default_rng((args.seed, rank, learning.steps))
    torch.manual_seed(args.seed + 1000 * rank + learning.steps)
    bars = alphas_cumprod()
    began, saved_at, sums = time.time() - seconds, time.time(), []
    for clean, ids in batches(latents, scenes, tokenizer, args.batch, rng):
        done = torch.tensor((time.time() - began) / (60 * args.minutes))
        if args.processes > 1:
            dist.broadcast(done, 0)
        done = float(done)
        if done >= 1:
            break
        loss = step_loss(unet, text, clean, ids, bars)
        loss.backward()
        decay = 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done))
        learning.step(args.rate * min(1, (learning.steps + 1) / 250) * decay, args.ema)
        seen += len(ids) * args.processes
        sums.append(float(loss.detach()))
        if rank == 0 and learning.steps % 100 == 0:
            history.append((learning.steps, seen, time.time() - began, float(np.mean(sums))))
            print(
                f'{time.time() - began:.0f} s, step {learning.steps}, {seen} seen: loss {np.mean(sums):.4f}',
                flush=True,
            )
            sums = []
        if rank == 0 and time.time() - saved_at > 120:
            save(args.out, learning, time.time() - began, seen, history)
            saved_at = time.time()
    if rank == 0:
        save(args.out, learning, time.time() - began, seen, history)


def step_loss(unet, text, clean, ids, bars):
    t = draw_timesteps(len(clean))
    alpha, sigma = (part.sqrt()[:, None, None, None] for part in (bars[t], 1 - bars[t]))
    noise = torch.randn_like(clean)
    noisy, target = alpha * clean + sigma * noise, alpha * noise - sigma * clean
    hidden, _ = text(ids)
    made = unet(noisy.bfloat16().contiguous(memory_format=torch.channels_last), t, hidden)
    return ((made.float() - target) ** 2).mean()


def draw_timesteps(count):
    """Half of them where shapes are decided (signal-to-noise 2 to 0.01), half anywhere."""
    anywhere, shapes = torch.randint(0, STEPS, (count,)), torch.randint(250, 850, (count,))
    return torch.where(torch.rand(count) < 0.5, anywhere, shapes)


def save(path, learning, seconds, seen, history):
    part = path.with_suffix('.part')
    torch.save(dict(learning=learning.state(), seconds=seconds, seen=seen, history=history), part)
    part.replace(path)


if __name__ == '__main__':
    main()
