"""A plain stack of 3 × 3 convolutions that corrects a bicubic enlargement (after SRVGGNetCompact of Real-ESRGAN)."""

import torch.nn.functional as F
from torch import nn


class Upscaler(nn.Module):
    """`input` [b,3,H,W] RGB 0..1 → `output` [b,3,scale·H,scale·W]."""

    def __init__(self, scale, channels, depth):
        super().__init__()
        self.scale = scale
        layers = [nn.Conv2d(3, channels, 3, padding=1), nn.PReLU(channels, 0.2)]
        for _ in range(depth):
            layers += [nn.Conv2d(channels, channels, 3, padding=1), nn.PReLU(channels, 0.2)]
        self.body = nn.Sequential(*layers)
        self.head = nn.Conv2d(channels, 3 * scale * scale, 3, padding=1)
        for layer in self.body[::2]:
            nn.init.kaiming_normal_(layer.weight, a=0.2)
            nn.init.zeros_(layer.bias)
        nn.init.normal_(self.head.weight, std=0.002)
        nn.init.zeros_(self.head.bias)

    def correction(self, x):
        return F.pixel_shuffle(self.head(self.body(x)), self.scale)

    def forward(self, input):
        base = F.interpolate(input, scale_factor=float(self.scale), mode='bicubic', align_corners=False)
        return base + self.correction(input)


SIZES = {4: dict(scale=4, channels=40, depth=10), 2: dict(scale=2, channels=32, depth=7)}
