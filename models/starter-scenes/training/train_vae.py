"""Trains the VAE on crops of renders.

    python train_vae.py --data /tmp/starter/train --out /tmp/starter/vae.pt --minutes 15
    python train_vae.py ... --decoder-only --adversarial 0.03 --start /tmp/starter/vae.pt

With --decoder-only the latents stay as they are, so that a UNet trained on them keeps its worth; --adversarial adds a
patch discriminator, which trades PSNR for edges. `--start` may be the folder of an exported model.

One thread by default: on a busy machine one bfloat16 thread does more than two that wait for each other.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import load_renders
from flat_adam import FlatAdam
from networks import VAE, Decoder, Encoder, PatchJudge


def batches(pictures, count, crop, rng):
    size = pictures.shape[1]
    while True:
        rows = rng.integers(len(pictures), size=count)
        corners = rng.integers(0, (size - crop) // 8 + 1, size=(count, 2)) * 8
        cut = [pictures[i, y : y + crop, x : x + crop] for i, (y, x) in zip(rows, corners)]
        batch = torch.from_numpy(np.stack(cut)).permute(0, 3, 1, 2).float() / 127.5 - 1
        yield batch.flip(3) if rng.random() < 0.5 else batch


def picture_loss(made, real):
    loss = F.l1_loss(made, real)
    for scale in (1, 2):
        a, b = (F.avg_pool2d(t, scale) if scale > 1 else t for t in (made, real))
        loss = (
            loss
            + 0.6 * F.l1_loss(a.diff(dim=3), b.diff(dim=3))
            + 0.6 * F.l1_loss(a.diff(dim=2), b.diff(dim=2))
        )
    return loss


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--start', type=Path)
    parser.add_argument('--minutes', type=float, default=15)
    parser.add_argument('--rate', type=float, default=1.5e-3)
    parser.add_argument('--batch', type=int, default=16)
    parser.add_argument('--crop', type=int, default=64)
    parser.add_argument('--seed', type=int, default=3)
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--decoder-only', action='store_true')
    parser.add_argument('--adversarial', type=float, default=0.0)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    pictures, _ = load_renders(args.data)
    encoder, decoder = Encoder(**VAE), Decoder(**VAE)
    if args.start:
        load_start(args.start, encoder, decoder)
    learning = FlatAdam([decoder] if args.decoder_only else [encoder, decoder])
    encoder.to(torch.bfloat16)
    critic = PatchJudge()
    criticism = FlatAdam([critic], betas=(0.5, 0.95))
    began, steps, running = time.time(), 0, None
    for real in batches(pictures, args.batch, args.crop, np.random.default_rng(args.seed)):
        done = (time.time() - began) / (60 * args.minutes)
        if done >= 1:
            break
        with torch.set_grad_enabled(not args.decoder_only):
            mean, spread = encoder(real.bfloat16()).float().chunk(2, 1)
        spread = spread.clamp(-12, 6)
        latents = mean + torch.randn_like(mean) * (0.5 * spread).exp()
        made = decoder(latents.bfloat16()).float()
        kl = 0.5 * (mean**2 + spread.exp() - 1 - spread).mean()
        loss = picture_loss(made, real)
        if args.adversarial and steps > 50:
            loss = loss - args.adversarial * critic(made.bfloat16()).float().mean()
        (loss + 5e-4 * kl).backward()
        rate = args.rate * min(1, (steps + 1) / 60) * (0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * done)))
        learning.step(rate, 0.995)
        if args.adversarial:
            criticise(critic, criticism, real, made.detach())
        steps += 1
        value = float(F.mse_loss(made.detach(), real))
        running = value if running is None else 0.98 * running + 0.02 * value
        if steps % 50 == 0:
            print(
                f'{time.time() - began:.0f} s, step {steps}: PSNR {10 * math.log10(4 / running):.2f} dB, KL {float(kl.detach()):.2f}',
                flush=True,
            )
        if steps % 400 == 0:
            save(args.out, encoder, decoder, learning)
    save(args.out, encoder, decoder, learning)


def criticise(critic, learning, real, made):
    for p in learning.parameters:
        p.grad = None
    hinge = (
        F.relu(1 - critic(real.bfloat16()).float()).mean()
        + F.relu(1 + critic(made.bfloat16()).float()).mean()
    )
    hinge.backward()
    learning.step(4e-4, 0.9)


def load_start(path, encoder, decoder):
    if path.is_dir():
        from export import load_vae

        saved = dict(zip(('encoder', 'decoder'), (module.state_dict() for module in load_vae(path))))
    else:
        saved = torch.load(path)
    encoder.load_state_dict(saved['encoder'])
    decoder.load_state_dict(saved['decoder'])


def save(path, encoder, decoder, learning):
    learning.use_average()
    state = {
        name: {k: v.float() for k, v in module.state_dict().items()}
        for name, module in (('encoder', encoder), ('decoder', decoder))
    }
    learning.use_master()
    torch.save(state, path)


if __name__ == '__main__':
    main()
