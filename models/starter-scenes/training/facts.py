"""What a scene's description names, as numbers: targets that teach latents and texts what a picture is about."""

import torch
import torch.nn.functional as F
from torch import nn

from captions import JOIN_WORDS, PALETTE_WORDS
from lights import LIGHTS
from styles import STYLES
from subjects import SUBJECTS

KINDS = {'subject': tuple(SUBJECTS), 'light': LIGHTS, 'style': STYLES}
FACTS = [(kind, word) for kind, words in KINDS.items() for word in words]
FACTS += [('palette', word) for word in PALETTE_WORDS] + [('joined', word) for word in JOIN_WORDS]
NUMBERS = {fact: number for number, fact in enumerate(FACTS)}


def facts(scenes):
    """Float [n, facts], 1 where a scene's description names the fact."""
    table = torch.zeros(len(scenes), len(FACTS))
    for row, scene in enumerate(scenes):
        named = [(kind, getattr(scene, kind)) for kind in (*KINDS, 'palette')]
        named += [('joined', word) for word in scene.joined]
        table[row, [NUMBERS[fact] for fact in named if fact in NUMBERS]] = 1
    return table


def labels(scenes):
    """Numbers per kind; -1 where the caption does not name one."""
    return {
        kind: torch.tensor([words.index(getattr(s, kind)) if getattr(s, kind) else -1 for s in scenes])
        for kind, words in KINDS.items()
    }


def facts_loss(guesses, wanted):
    """Cross entropy of logits [n, facts], summed over the facts."""
    return F.binary_cross_entropy_with_logits(guesses.float(), wanted, reduction='none').sum(1).mean()


class LatentReader(nn.Module):
    """Noisy latents [b,C,h,w] → logits of the facts; only used in training.

    Latents from which the description can be read make diffusion learn faster (Yao et al., 2501.01423). Reading them
    through noise puts the description where diffusion begins: in what all positions have in common.
    """

    def __init__(self, channels, width=128):
        super().__init__()
        self.conv, self.out = nn.Conv2d(channels, width, 3, padding=1), nn.Linear(width, len(FACTS))

    def forward(self, latents):
        return self.out(F.silu(self.conv(latents)).mean((2, 3)))
