"""Measures the exported model: adherence, diversity, and sheets to look at.

    python evaluate.py --model .. --judge /tmp/starter/judge.pt --out /tmp/starter/report --count 500

The 500 prompts name combinations of subject, light and style that training never showed (`scenes.held_out`).
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch

from captions import caption
from diffusion import sample
from export import load_exported, load_vae
from facts import KINDS, labels
from judge import Judge, accuracy, as_tensor
from networks import UNET
from scenes import Scene, draw_scene, held_out, render
from train_unet import encode_texts, make_networks

SHEET = (
    'a serene mountain lake at sunset, golden light',
    'sea, storm, oil painting',
    'a forest in the mist, watercolour',
    'desert at noon, flat poster',
    'city at night, neon',
    'a garden in the morning light, oil painting',
    'snowy village, photo',
    'harbour at dawn, watercolour painting',
    'pixel art of a waterfall',
    'field of flowers, golden hour, photo',
    'nebula',
    'cup of coffee, pencil sketch',
    'lighthouse at night',
    'a sailing boat at sunset, flat poster',
    'a castle in winter, pixel art',
    'futuristic city with flying cars at sunset',
)


class Painter:
    """The exported weights in torch, for batches; the ONNX graphs themselves are compared in `check_onnx.py`."""

    def __init__(self, folder: Path, steps, guidance):
        self.tokenizer, self.text, self.unet = make_networks()
        load_exported(folder, self.text, self.unet)
        self.encoder, self.decoder = load_vae(folder)
        for module in (self.text, self.unet, self.encoder, self.decoder):
            module.eval().to(torch.bfloat16)
        self.factor = json.loads((folder / 'vae_decoder' / 'config.json').read_text())['scaling_factor']
        self.steps, self.guidance = steps, guidance

    @torch.no_grad()
    def paint(self, prompts, seeds):
        """Pictures [n,3,128,128] in -1..1."""
        noise = torch.cat(
            [
                torch.randn(1, UNET['in_channels'], 8, 8, generator=torch.Generator().manual_seed(seed))
                for seed in seeds
            ]
        )
        both, _ = self.text(encode_texts(self.tokenizer, list(prompts) + ['']))
        text, empty = both[:-1], both[-1:].expand(len(prompts), -1, -1)
        predict = lambda x, t, states: self.unet(x.bfloat16(), t, states).float()  # noqa: E731
        latents = sample(predict, text, empty, noise, self.steps, self.guidance)
        return self.decoder((latents / self.factor).bfloat16()).float().clamp(-1, 1)

    @torch.no_grad()
    def rebuild(self, pictures):
        """Pictures [n,3,128,128] through the VAE and back."""
        parts = [self.encoder(part.bfloat16()).chunk(2, 1)[0] for part in pictures.split(50)]
        return torch.cat([self.decoder(part).float().clamp(-1, 1) for part in parts])

    def paint_all(self, prompts, seeds, batch=50):
        parts = [
            self.paint(prompts[i : i + batch], seeds[i : i + batch]) for i in range(0, len(prompts), batch)
        ]
        return torch.cat(parts)


def new_prompts(count, seed=99):
    rng, scenes, prompts = np.random.default_rng(seed), [], []
    while len(scenes) < count:
        scene = draw_scene(rng)
        if held_out(scene):
            scenes.append(scene)
            prompts.append(caption(scene, rng))
    return scenes, prompts


def sheet(pictures, columns):
    tiles = ((pictures.permute(0, 2, 3, 1).numpy() + 1) * 127.5).round().astype(np.uint8)
    rows = [np.concatenate(tiles[i : i + columns], 1) for i in range(0, len(tiles), columns)]
    return np.concatenate(rows, 0)


def labelled_sheet(pictures, texts, each, columns):
    """`each` pictures under each text, `columns` texts a row."""
    blocks = []
    for number, text in enumerate(texts):
        strip = np.full((20, each * 128, 3), 255, np.uint8)
        cv2.putText(strip, text, (2, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (40, 40, 40), 1, cv2.LINE_AA)
        row = np.concatenate([strip, sheet(pictures[each * number : each * (number + 1)], each)], 0)
        blocks.append(np.pad(row, ((0, 4), (0, 8), (0, 0)), constant_values=255))
    rows = [np.concatenate(blocks[i : i + columns], 1) for i in range(0, len(blocks), columns)]
    return np.concatenate(rows, 0)


def failures(pictures, guessed, wanted, count=16):
    """The first pictures whose subject is not recognised: what was asked for, and what is seen."""
    missed, words = (guessed != wanted).nonzero().flatten()[:count].tolist(), KINDS['subject']
    texts = [f'{words[wanted[i]]}: {words[guessed[i]]}' for i in missed]
    return labelled_sheet(pictures[missed], texts, 1, 8)


def save_picture(path, pixels):
    cv2.imwrite(str(path), pixels[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])


def distance(pictures, judge):
    """Mean pairwise distance between pictures of one description: of pixels (RMS, 0..1) and of the judge's features."""
    with torch.no_grad():
        features = judge.features(pictures)
    small = torch.nn.functional.avg_pool2d((pictures + 1) / 2, 4).flatten(1)
    return float(torch.pdist(small).mean() / small.shape[1] ** 0.5), float(torch.pdist(features).mean())


def diversity(painter, judge, prompts=24, seeds=6):
    scenes, texts = new_prompts(prompts, 123)
    made, real = [], []
    for number, (scene, text) in enumerate(zip(scenes, texts)):
        made.append(distance(painter.paint([text] * seeds, range(number * 100, number * 100 + seeds)), judge))
        renders = [render(Scene(**{**scene.record, 'seed': number * 100 + i}), 128) for i in range(seeds)]
        real.append(distance(as_tensor(np.stack(renders)), judge))
    return dict(
        generated=np.mean(made, 0).round(4).tolist(),
        renders=np.mean(real, 0).round(4).tolist(),
        meaning='[pixel RMS, feature distance]',
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--model', type=Path, default=Path('..'))
    parser.add_argument('--judge', type=Path)
    parser.add_argument('--out', type=Path, required=True)
    parser.add_argument('--count', type=int, default=500)
    parser.add_argument('--steps', type=int, default=12)
    parser.add_argument('--guidance', type=float, default=3.0)
    args = parser.parse_args()
    torch.set_num_threads(1)
    args.out.mkdir(parents=True, exist_ok=True)
    painter = Painter(args.model, args.steps, args.guidance)
    many = painter.paint_all(
        [p for p in SHEET for _ in range(4)], [seed for _ in SHEET for seed in range(4)], 64
    )
    save_picture(args.out / 'sheet.jpg', labelled_sheet(many, SHEET, 4, 2))
    if args.judge is None:
        return
    judge = Judge()
    judge.load_state_dict(torch.load(args.judge))
    scenes, prompts = new_prompts(args.count)
    pictures = painter.paint_all(prompts, list(range(1000, 1000 + args.count)))
    wanted = labels(scenes)
    report = dict(
        steps=args.steps,
        guidance=args.guidance,
        prompts=args.count,
        adherence=accuracy(judge, pictures, wanted),
    )
    with torch.no_grad():
        guessed = torch.cat(
            [judge(pictures[i : i + 50])['subject'] for i in range(0, len(pictures), 50)]
        ).argmax(1)
    report['subjects'] = per_subject(guessed, wanted['subject'])
    renders = torch.cat([as_tensor(render(scene, 128)[None]) for scene in scenes])
    report['adherence_of_renders'] = accuracy(judge, renders, wanted)
    rebuilt = painter.rebuild(renders)
    report['adherence_of_rebuilt_renders'] = accuracy(judge, rebuilt, wanted)
    error = ((renders - rebuilt) ** 2).mean((1, 2, 3))
    report['psnr_of_rebuilt_renders'] = round(float((10 * torch.log10(4 / error)).mean()), 2)
    report['diversity'] = diversity(painter, judge)
    (args.out / 'report.json').write_text(json.dumps(report, indent=2) + '\n')
    (args.out / 'prompts.txt').write_text('\n'.join(prompts) + '\n')
    save_picture(args.out / 'sheet-unseen.jpg', sheet(pictures[:64], 8))
    save_picture(args.out / 'failures.jpg', failures(pictures, guessed, wanted['subject']))
    print(json.dumps(report, indent=2))


def per_subject(guessed, wanted):
    return {
        word: round(float((guessed == i)[wanted == i].float().mean()), 2)
        for i, word in enumerate(KINDS['subject'])
        if (wanted == i).any()
    }


if __name__ == '__main__':
    main()
