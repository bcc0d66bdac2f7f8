"""Trains the UNet and the text encoder on latents; resumes from its own checkpoint.

    python train_unet.py --data /tmp/starter/train --out /tmp/starter/unet.pt --minutes 75
    python train_unet.py ... --start ../        (goes on from the exported ONNX files)

The text encoder begins alone: it learns what a caption names, so that the UNet finds texts that mean something.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn

from captions import caption
from data import load_renders
from diffusion import STEPS, alphas_cumprod
from facts import FACTS, facts, facts_loss
from flat_adam import TOGETHER, FlatAdam
from networks import TEXT, UNET, TextEncoder, UNet, mean_text
from processes import agreed, spread
from scenes import held_out
from tokenizer import Tokenizer

HERE = Path(__file__).resolve().parent
WORD_STEPS = 600


def make_networks():
    tokenizer = Tokenizer(HERE.parent / 'tokenizer')
    text = TextEncoder(**{**TEXT, 'vocab_size': len(tokenizer.ids), 'eos_token_id': tokenizer.eos})
    return tokenizer, text, UNet(**UNET)


def encode_texts(tokenizer, texts):
    rows = [tokenizer.encode(text) for text in texts]
    width = max(len(row) for row in rows)
    return torch.tensor([row + [tokenizer.eos] * (width - len(row)) for row in rows])


def batches(latents, scenes, tokenizer, count, rng):
    """Latents [count,C,h,w], token ids [count,n], facts [count,facts] (none where the caption is left out)."""
    usable = np.array([row for row, scene in enumerate(scenes[: latents.shape[1]]) if not held_out(scene)])
    named = facts(scenes)
    while True:
        rows = rng.choice(usable, count)
        views = rng.integers(2, size=count)
        spoken = rng.random(count) >= 0.1
        texts = [caption(scenes[row], rng) if said else '' for row, said in zip(rows, spoken)]
        told = named[rows] * torch.from_numpy(spoken)[:, None]
        yield torch.from_numpy(latents[views, rows].astype(np.float32)), encode_texts(tokenizer, texts), told


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--start', type=Path)
    parser.add_argument('--minutes', type=float, default=75, help='in all, with those before an interruption')
    parser.add_argument('--rate', type=float, default=2.5e-3)
    parser.add_argument('--batch', type=int, default=64, help='per process')
    parser.add_argument('--ema', type=float, default=0.998)
    parser.add_argument('--seed', type=int, default=4)
    parser.add_argument('--processes', type=int, default=2)
    return parser.parse_args()


def train(rank, args):
    torch.manual_seed(args.seed)
    tokenizer, text, unet = make_networks()
    if args.start:
        from export import load_exported

        load_exported(args.start, text, unet)
    _, scenes = load_renders(args.data)
    latents = np.load(args.data / 'latents.npy')
    unet.to(memory_format=torch.channels_last)
    reader = nn.Linear(TEXT['hidden_size'], len(FACTS))
    if not (args.start or args.out.exists()):
        learn_words(text, reader, tokenizer, scenes, args.seed)
    learning = FlatAdam([unet, text, reader], processes=args.processes, muon=True)
    seconds, seen, history = 0.0, 0, []
    if args.out.exists():
        saved = torch.load(args.out)
        learning.load(saved['learning'])
        seconds, seen, history = saved['seconds'], saved['seen'], saved['history']
    rng = np.random.default_rng((args.seed, rank, learning.steps))
    torch.manual_seed(args.seed + 1000 * rank + learning.steps)
    bars = alphas_cumprod()
    began, saved_at, sums, done = time.time() - seconds, time.time(), [], None
    for clean, ids, told in batches(latents, scenes, tokenizer, args.batch, rng):
        if done is None or learning.steps % TOGETHER == 0:
            done = agreed((time.time() - began) / (60 * args.minutes))
        if done >= 1:
            break
        hidden, _ = text(ids)
        loss, reading = step_loss(unet, hidden, clean, bars), facts_loss(reader(mean_text(hidden)), told)
        (loss + 0.01 * reading).backward()
        decay = 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done))
        learning.step(args.rate * min(1, (learning.steps + 1) / 250) * decay, args.ema)
        seen += len(ids) * args.processes
        sums.append((float(loss.detach()), float(reading.detach())))
        if rank == 0 and learning.steps % 100 == 0:
            mean, unread = np.mean(sums, 0).tolist()
            history.append((learning.steps, seen, time.time() - began, mean))
            print(
                f'{time.time() - began:.0f} s, step {learning.steps}, {seen} seen: loss {mean:.4f}, facts {unread:.3f}',
                flush=True,
            )
            sums = []
        if rank == 0 and time.time() - saved_at > 120:
            save(args.out, learning, time.time() - began, seen, history)
            saved_at = time.time()
    if rank == 0:
        save(args.out, learning, time.time() - began, seen, history)


def learn_words(text, reader, tokenizer, scenes, seed):
    """The same in each process: what the words of captions name."""
    rng, named = np.random.default_rng(seed), facts(scenes)
    learning = torch.optim.AdamW([*text.parameters(), *reader.parameters()], weight_decay=0.01)
    for step in range(WORD_STEPS):
        rows = rng.choice(len(scenes), 48)
        hidden, _ = text(encode_texts(tokenizer, [caption(scenes[row], rng) for row in rows]))
        loss = facts_loss(reader(mean_text(hidden)), named[rows])
        learning.zero_grad()
        loss.backward()
        for group in learning.param_groups:
            group['lr'] = 3e-3 * (1 - step / WORD_STEPS)
        learning.step()
    print(f'words: facts {float(loss.detach()):.3f}', flush=True)


def step_loss(unet, hidden, clean, bars):
    t = draw_timesteps(len(clean))
    alpha, sigma = (part.sqrt()[:, None, None, None] for part in (bars[t], 1 - bars[t]))
    noise = torch.randn_like(clean)
    noisy, target = alpha * clean + sigma * noise, alpha * noise - sigma * clean
    made = unet(noisy.bfloat16().contiguous(memory_format=torch.channels_last), t, hidden)
    return ((made.float() - target) ** 2).mean()


def draw_timesteps(count):
    """Half of them where shapes are decided, half anywhere."""
    anywhere, shapes = torch.randint(0, STEPS, (count,)), torch.randint(300, 950, (count,))
    return torch.where(torch.rand(count) < 0.5, anywhere, shapes)


def save(path, learning, seconds, seen, history):
    part = path.with_suffix('.part')
    torch.save(dict(learning=learning.state(), seconds=seconds, seen=seen, history=history), part)
    part.replace(path)


if __name__ == '__main__':
    spread(train, parse(), 29611)
