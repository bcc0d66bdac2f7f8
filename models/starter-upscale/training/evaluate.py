"""PSNR and SSIM of the exported upscaler beside Lanczos, on held-out renders and on scikit-learn's two photographs.

    python ../../starter-scenes/training/render.py --out /tmp/starter/sharp-held --count 250 --size 256 --seed 12
    python evaluate.py --data /tmp/starter/sharp-held --model .. --out /tmp/starter/upscale.json

Pictures are made small with Pillow's Lanczos filter; values are over RGB, without cropping.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from pictures import load_renders, shrink
from PIL import Image
from sklearn.datasets import load_sample_images

GRAPHS = {4: 'model.onnx', 2: 'x2/model.onnx'}


def psnr(a, b):
    return 10 * np.log10(255**2 / np.mean((a.astype(np.float64) - b) ** 2))


def ssim(a, b):
    """Wang et al. 2004: Gaussian window of sigma 1.5, over luma."""

    def blur(x):
        return cv2.GaussianBlur(x, (11, 11), 1.5)

    x, y = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY).astype(np.float64) for p in (a, b))
    mx, my = blur(x), blur(y)
    vx, vy, cov = blur(x * x) - mx**2, blur(y * y) - my**2, blur(x * y) - mx * my
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float(np.mean((2 * mx * my + c1) * (2 * cov + c2) / ((mx**2 + my**2 + c1) * (vx + vy + c2))))


def enlarge(session, small):
    out = session.run(None, {'input': small.transpose(2, 0, 1)[None].astype(np.float32) / 255})[0][0]
    return (np.clip(out, 0, 1) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0)


def compare(session, scale, pictures):
    rows = []
    for sharp in pictures:
        height, width = (side // scale * scale for side in sharp.shape[:2])
        sharp = np.ascontiguousarray(sharp[:height, :width])
        small = shrink(sharp, scale)
        lanczos = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.LANCZOS))
        ours = enlarge(session, small)
        rows.append([psnr(lanczos, sharp), psnr(ours, sharp), ssim(lanczos, sharp), ssim(ours, sharp)])
    mean = np.mean(rows, 0)
    return dict(
        zip(('lanczos_psnr', 'psnr', 'lanczos_ssim', 'ssim'), mean.round(4).tolist()),
        gain_db=round(float(mean[1] - mean[0]), 3),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--model', type=Path, default=Path('..'))
    parser.add_argument('--count', type=int, default=200)
    parser.add_argument('--out', type=Path)
    args = parser.parse_args()
    renders, _ = load_renders(args.data)
    china, flower = load_sample_images().images
    report = {}
    for scale, name in GRAPHS.items():
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        session = onnxruntime.InferenceSession(args.model / name, options)
        report[f'x{scale}'] = dict(
            renders=compare(session, scale, renders[: args.count]),
            china=compare(session, scale, [china]),
            flower=compare(session, scale, [flower]),
        )
    print(json.dumps(report, indent=2))
    if args.out:
        args.out.write_text(json.dumps(report, indent=2) + '\n')


if __name__ == '__main__':
    main()
