"""The three networks of the model: VAE, text encoder, UNet. Their forward signatures are those of the exported graphs."""

import math

import torch
import torch.nn.functional as F
from torch import nn

VAE = dict(latent_channels=8, encoder_channels=(48, 96, 160), decoder_channels=(192, 128, 64, 32))
TEXT = dict(vocab_size=0, hidden_size=128, layers=2, heads=4, max_position_embeddings=77, eos_token_id=0)
UNET = dict(in_channels=8, channels=(128, 192), heads=4, text_size=128, embedding_size=256)
GROUP = 16
# Pixels a side of one latent.
FACTOR = 16


def norm(channels):
    return nn.GroupNorm(channels // GROUP, channels)


def zero(layer):
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


class PlainBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.norm1, self.conv1 = norm(channels), nn.Conv2d(channels, channels, 3, padding=1)
        self.norm2, self.conv2 = norm(channels), zero(nn.Conv2d(channels, channels, 3, padding=1))

    def forward(self, x):
        h = self.conv1(F.silu(self.norm1(x)))
        return x + self.conv2(F.silu(self.norm2(h)))


class Encoder(nn.Module):
    """`sample` [b,3,H,W] in -1..1 → `latent_parameters` [b,2C,H/16,W/16]: means, then log variances."""

    def __init__(self, latent_channels, encoder_channels, **_):
        super().__init__()
        a, b, c = encoder_channels
        self.quarter = nn.Sequential(nn.Conv2d(3, a, 4, stride=4), PlainBlock(a))
        self.eighth = nn.Sequential(nn.Conv2d(a, b, 3, stride=2, padding=1), PlainBlock(b))
        self.layers = nn.Sequential(
            nn.Conv2d(b, c, 3, stride=2, padding=1),
            PlainBlock(c),
            norm(c),
            nn.SiLU(),
            nn.Conv2d(c, 2 * latent_channels, 3, padding=1),
        )

    def forward(self, sample):
        return self.layers(self.eighth(self.quarter(sample)))

    def features(self, sample):
        """What the encoder sees at a quarter and an eighth of the size, to compare pictures by."""
        quarter = self.quarter(sample)
        return quarter, self.eighth(quarter)


def grow(entering, channels):
    """Twice the size."""
    return nn.Sequential(nn.Conv2d(entering, 4 * channels, 1), nn.PixelShuffle(2))


def paint(channels):
    """A picture of twice the features' size."""
    return nn.Sequential(norm(channels), nn.SiLU(), nn.Conv2d(channels, 12, 3, padding=1), nn.PixelShuffle(2))


class Decoder(nn.Module):
    """`latent_sample` [b,C,h,w] → `sample` [b,3,16h,16w] in -1..1."""

    def __init__(self, latent_channels, decoder_channels, **_):
        super().__init__()
        a, b, c, d = decoder_channels
        self.body = nn.Sequential(
            nn.Conv2d(latent_channels, a, 3, padding=1),
            PlainBlock(a),
            PlainBlock(a),
            grow(a, b),
            PlainBlock(b),
            grow(b, c),
            PlainBlock(c),
        )
        self.tail = nn.Sequential(PlainBlock(c), grow(c, d), PlainBlock(d), paint(d))

    def forward(self, latent_sample):
        return self.tail(self.body(latent_sample))


class PatchJudge(nn.Module):
    """Tells patches of pictures from patches that the decoder made; only used in training."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 32, 4, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(32, 64, 4, stride=2, padding=1),
            norm(64),
            nn.LeakyReLU(0.2),
            nn.Conv2d(64, 64, 3, padding=1),
            norm(64),
            nn.LeakyReLU(0.2),
            nn.Conv2d(64, 1, 3, padding=1),
        )

    def forward(self, pictures):
        return self.layers(pictures)


class TextLayer(nn.Module):
    def __init__(self, size, heads):
        super().__init__()
        self.heads = heads
        self.norm1, self.qkv, self.out = nn.LayerNorm(size), nn.Linear(size, 3 * size), nn.Linear(size, size)
        self.norm2, self.up, self.down = (
            nn.LayerNorm(size),
            nn.Linear(size, 3 * size),
            nn.Linear(3 * size, size),
        )

    def forward(self, x, bias):
        b, n, size = x.shape
        q, k, v = self.qkv(self.norm1(x)).view(b, n, 3, self.heads, size // self.heads).permute(2, 0, 3, 1, 4)
        scores = q @ k.transpose(-1, -2) / math.sqrt(size // self.heads) + bias
        x = x + self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, size))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class TextEncoder(nn.Module):
    """`input_ids` [b,n] → `last_hidden_state` [b,n,size], `pooler_output` [b,size].

    Channel 0 of a hidden state is a flag: 1 behind the end of the text. The UNet leaves flagged positions out, so
    that padding costs nothing, and any length and any number of chunks may be given.
    """

    def __init__(self, vocab_size, hidden_size, layers, heads, max_position_embeddings, eos_token_id):
        super().__init__()
        self.eos = eos_token_id
        self.tokens = nn.Embedding(vocab_size, hidden_size)
        self.positions = nn.Embedding(max_position_embeddings, hidden_size)
        nn.init.normal_(self.tokens.weight, std=0.3)
        nn.init.normal_(self.positions.weight, std=0.05)
        self.layers = nn.ModuleList(TextLayer(hidden_size, heads) for _ in range(layers))
        self.norm = nn.LayerNorm(hidden_size)

    def forward(self, input_ids):
        ends = (input_ids == self.eos).long()
        behind = (torch.cumsum(ends, 1) - ends) > 0
        x = self.tokens(input_ids) + self.positions.weight[: input_ids.shape[1]]
        flag = behind.to(x.dtype)
        bias = flag[:, None, None, :] * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        states = self.norm(x)[..., 1:] * (1 - flag)[..., None]
        hidden = torch.cat([flag[..., None], states], -1)
        pooled = hidden[torch.arange(hidden.shape[0]), ends.argmax(1)]
        return hidden, pooled


def mean_text(states):
    """Hidden states [b,n,size] → [b,size], without what is flagged as padding."""
    kept = (1 - states[..., 0].clamp(0, 1))[..., None]
    return (states * kept).sum(1) / kept.sum(1)


class Block(nn.Module):
    def __init__(self, entering, channels, embedding):
        super().__init__()
        self.norm1, self.conv1 = norm(entering), nn.Conv2d(entering, channels, 3, padding=1)
        self.embed = nn.Linear(embedding, 2 * channels)
        self.norm2, self.conv2 = norm(channels), zero(nn.Conv2d(channels, channels, 3, padding=1))
        self.skip = nn.Conv2d(entering, channels, 1) if entering != channels else nn.Identity()

    def forward(self, x, embedding):
        h = self.conv1(F.silu(self.norm1(x)))
        scale, shift = self.embed(embedding)[:, :, None, None].chunk(2, 1)
        h = self.norm2(h) * (1 + scale) + shift
        return self.skip(x) + self.conv2(F.silu(h))


class Attention(nn.Module):
    """Self attention over the positions and cross attention to the text, in one softmax; then a small MLP."""

    def __init__(self, channels, heads, text_size):
        super().__init__()
        self.heads = heads
        self.norm, self.qkv = norm(channels), nn.Linear(channels, 3 * channels)
        self.text = nn.Linear(text_size, 2 * channels)
        self.out = zero(nn.Linear(channels, channels))
        self.norm2, self.up, self.down = (
            nn.LayerNorm(channels),
            nn.Linear(channels, 2 * channels),
            zero(nn.Linear(2 * channels, channels)),
        )

    def forward(self, x, text, bias):
        b, c, h, w = x.shape
        tokens = x.flatten(2).transpose(1, 2)
        normed = self.norm(x).flatten(2).transpose(1, 2)
        q, k, v = self.qkv(normed).chunk(3, 2)
        text_k, text_v = self.text(text).chunk(2, 2)
        q, k, v = (self._split(t) for t in (q, torch.cat([k, text_k], 1), torch.cat([v, text_v], 1)))
        scores = q @ k.transpose(-1, -2) / math.sqrt(c // self.heads)
        bias = F.pad(bias, (h * w, 0))
        mixed = ((scores + bias[:, None, None, :]).softmax(-1) @ v).transpose(1, 2).reshape(b, -1, c)
        tokens = tokens + self.out(mixed)
        tokens = tokens + self.down(F.gelu(self.up(self.norm2(tokens))))
        return tokens.transpose(1, 2).reshape(b, c, h, w)

    def _split(self, t):
        b, n, c = t.shape
        return t.view(b, n, self.heads, c // self.heads).transpose(1, 2)


class UNet(nn.Module):
    """`sample` [b,C,h,w], `timestep` scalar or [b], `encoder_hidden_states` [b,n,size] → `out_sample` (v-prediction)."""

    def __init__(self, in_channels, channels, heads, text_size, embedding_size):
        super().__init__()
        wide, deep = channels
        e = embedding_size
        self.time_size = 128
        self.time = nn.Sequential(nn.Linear(self.time_size, e), nn.SiLU(), nn.Linear(e, e))
        self.pooled = nn.Sequential(nn.Linear(text_size, e), nn.SiLU(), nn.Linear(e, e))
        self.conv_in = nn.Conv2d(in_channels, wide, 3, padding=1)
        self.down1, self.down1_attention = Block(wide, wide, e), Attention(wide, heads, text_size)
        self.down1b = Block(wide, wide, e)
        self.shrink = nn.Conv2d(wide, deep, 3, stride=2, padding=1)
        self.down2, self.down2_attention = Block(deep, deep, e), Attention(deep, heads, text_size)
        self.middle, self.middle_attention = Block(deep, deep, e), Attention(deep, heads, text_size)
        self.up2, self.up2_attention = Block(2 * deep, deep, e), Attention(deep, heads, text_size)
        self.grow = nn.Conv2d(deep, wide, 1)
        self.up1, self.up1_attention = Block(2 * wide, wide, e), Attention(wide, heads, text_size)
        self.up1b, self.up1b_attention = Block(2 * wide, wide, e), Attention(wide, heads, text_size)
        self.norm_out = norm(wide)
        self.conv_out = zero(nn.Conv2d(wide, in_channels, 3, padding=1))

    def forward(self, sample, timestep, encoder_hidden_states):
        text = encoder_hidden_states
        bias = text[..., 0].clamp(0, 1) * -1e4
        e = F.silu(self.time(self._time_features(timestep, sample)) + self.pooled(mean_text(text)))
        x0 = self.conv_in(sample)
        x1 = self.down1_attention(self.down1(x0, e), text, bias)
        x1b = self.down1b(x1, e)
        x2 = self.down2_attention(self.down2(self.shrink(x1b), e), text, bias)
        x = self.middle_attention(self.middle(x2, e), text, bias)
        x = self.up2_attention(self.up2(torch.cat([x, x2], 1), e), text, bias)
        x = F.interpolate(self.grow(x), size=x1b.shape[2:], mode='nearest')
        x = self.up1_attention(self.up1(torch.cat([x, x1b], 1), e), text, bias)
        x = self.up1b_attention(self.up1b(torch.cat([x, x0], 1), e), text, bias)
        return self.conv_out(F.silu(self.norm_out(x)))

    def _time_features(self, timestep, sample):
        half = self.time_size // 2
        rates = torch.exp(-math.log(10000) * torch.arange(half, device=sample.device) / half)
        angles = timestep.reshape(-1, 1).float() * rates
        features = torch.cat([angles.cos(), angles.sin()], 1).to(sample.dtype)
        return features.expand(sample.shape[0], -1)
