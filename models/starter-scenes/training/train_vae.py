"""Trains the encoder, with a decoder of half the size to judge it by; `train_decoder.py` then learns to paint.

    python train_vae.py --data /tmp/starter/train --out /tmp/starter/vae.pt --minutes 15

The latents are small (8 × 8 × 8), near unit normal, and a reader must tell from them what the picture shows, even
through noise. That costs detail, which the decoder invents anew, and saves the UNet most of its work.
"""

import argparse
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from data import load_renders
from facts import LatentReader, facts, facts_loss
from flat_adam import FlatAdam
from networks import VAE, Decoder, Encoder, paint
from processes import agreed, spread


def batches(pictures, count, rng):
    """Rows and pictures [count,3,size,size] in -1..1, mirrored half of the time."""
    while True:
        rows = np.sort(rng.integers(len(pictures), size=count))
        batch = torch.from_numpy(pictures[rows]).permute(0, 3, 1, 2).float() / 127.5 - 1
        yield rows, batch.flip(3) if rng.random() < 0.5 else batch


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


def through_noise(latents):
    """Latents of variance 1, mixed with up to nine tenths of noise."""
    share = torch.rand(len(latents), 1, 1, 1) * 0.9
    unit = latents / latents.std((0, 2, 3), keepdim=True)
    return (1 - share**2).sqrt() * unit + share * torch.randn_like(unit)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--minutes', type=float, default=15)
    parser.add_argument('--rate', type=float, default=1.5e-3)
    parser.add_argument('--batch', type=int, default=16, help='per process')
    parser.add_argument('--kl', type=float, default=5e-2)
    parser.add_argument('--facts', type=float, default=0.02)
    parser.add_argument('--seed', type=int, default=3)
    parser.add_argument('--processes', type=int, default=2)
    return parser.parse_args()


def train(rank, args):
    torch.manual_seed(args.seed)
    pictures, scenes = load_renders(args.data)
    wanted = facts(scenes)
    encoder, decoder = Encoder(**VAE), Decoder(**VAE)
    half, reader = paint(VAE['decoder_channels'][2]), LatentReader(VAE['latent_channels'])
    networks = [encoder, decoder.body, half, reader]
    for network in networks:
        network.to(memory_format=torch.channels_last)
    learning = FlatAdam(networks, processes=args.processes, muon=True)
    torch.manual_seed(args.seed + 1000 * rank)
    began, sums = time.time(), []
    for rows, real in batches(pictures, args.batch, np.random.default_rng((args.seed, rank))):
        done = agreed((time.time() - began) / (60 * args.minutes))
        if done >= 1:
            break
        parameters = encoder(real.bfloat16().contiguous(memory_format=torch.channels_last)).float()
        mean, log_variance = parameters.chunk(2, 1)
        log_variance = log_variance.clamp(-12, 4)
        latents = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        made = half(decoder.body(latents.bfloat16())).float()
        small = F.avg_pool2d(real, 2)
        kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).mean()
        told = facts_loss(reader(through_noise(latents).bfloat16()), wanted[rows])
        (picture_loss(made, small) + args.kl * kl + args.facts * told).backward()
        decay = 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * done))
        learning.step(args.rate * min(1, (learning.steps + 1) / 60) * decay, 0.995)
        sums.append([float(v.detach()) for v in (F.mse_loss(made, small), kl, told)])
        if rank == 0 and learning.steps % 50 == 0:
            error, size, unread = np.mean(sums, 0)
            print(
                f'{time.time() - began:.0f} s, step {learning.steps}: PSNR {10 * math.log10(4 / error):.2f} dB, '
                f'KL {size:.2f}, facts {unread:.2f}',
                flush=True,
            )
            sums = []
    if rank == 0:
        learning.use_average()
        torch.save({'encoder': floats(encoder), 'decoder': floats(decoder)}, args.out)


def floats(network):
    return {name: value.float().contiguous() for name, value in network.state_dict().items()}


if __name__ == '__main__':
    spread(train, parse(), 29612)
