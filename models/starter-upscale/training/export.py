"""Writes a trained scale as ONNX: `input` [b,3,H,W] RGB 0..1 → `output` [b,3,scale·H,scale·W].

python export.py --weights /tmp/starter/x4.pt --scale 4 --out ../model.onnx
python export.py --weights /tmp/starter/x2.pt --scale 2 --out ../x2/model.onnx
"""

import argparse
import warnings
from pathlib import Path

import onnx
import torch
from network import SIZES, Upscaler


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--weights', type=Path, required=True)
    parser.add_argument('--scale', type=int, choices=list(SIZES), required=True)
    parser.add_argument('--out', type=Path, required=True)
    args = parser.parse_args()
    args.out.parent.mkdir(parents=True, exist_ok=True)
    model = Upscaler(**SIZES[args.scale]).eval()
    model.load_state_dict(torch.load(args.weights))
    axes = {0: 'batch', 2: 'height', 3: 'width'}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter('ignore')
        torch.onnx.export(
            model,
            (torch.rand(1, 3, 24, 32),),
            str(args.out),
            input_names=['input'],
            output_names=['output'],
            dynamic_axes={'input': axes, 'output': {0: 'batch', 2: 'out_height', 3: 'out_width'}},
            opset_version=17,
            dynamo=False,
        )
    onnx.checker.check_model(onnx.load(args.out))
    print(args.out, args.out.stat().st_size, 'bytes')


if __name__ == '__main__':
    main()
