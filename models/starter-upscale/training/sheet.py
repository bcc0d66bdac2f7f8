"""A sheet of held-out renders made small and enlarged again: nearest, Lanczos, the model, the original.

python sheet.py --data /tmp/starter/sharp-held --out ../sheet.jpg
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
from pictures import load_renders, shrink
from PIL import Image

from evaluate import enlarge


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, required=True)
    parser.add_argument('--model', type=Path, default=Path('../model.onnx'))
    parser.add_argument('--out', type=Path, required=True)
    args = parser.parse_args()
    session = onnxruntime.InferenceSession(args.model)
    renders, _ = load_renders(args.data)
    rows = []
    for sharp in renders[[3, 17, 40, 61, 90]]:
        small = shrink(np.ascontiguousarray(sharp), 4)
        size = (sharp.shape[1], sharp.shape[0])
        plain = [
            np.asarray(Image.fromarray(small).resize(size, f))
            for f in (Image.Resampling.NEAREST, Image.Resampling.LANCZOS)
        ]
        rows.append(np.concatenate([*plain, enlarge(session, small), sharp], 1))
    cv2.imwrite(str(args.out), np.concatenate(rows)[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])


if __name__ == '__main__':
    main()
