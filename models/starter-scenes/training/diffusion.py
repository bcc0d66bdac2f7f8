"""The noise schedule of the model, and a small deterministic sampler to look at it while it learns."""

import numpy as np
import torch

STEPS = 1000
# Wider than Stable Diffusion's .00085-.012: at the last timestep almost nothing of the picture is left (sqrt of
# alpha-bar is .016), so that very dark and very bright pictures can start from pure noise (Lin et al., 2305.08891).
SCHEDULE = dict(beta_start=0.00085, beta_end=0.02, beta_schedule='scaled_linear', num_train_timesteps=STEPS)


def alphas_cumprod():
    low, high = SCHEDULE['beta_start'] ** 0.5, SCHEDULE['beta_end'] ** 0.5
    betas = torch.linspace(low, high, STEPS, dtype=torch.float64) ** 2
    return torch.cumprod(1 - betas, 0).float()


@torch.no_grad()
def sample(predict, text, empty, noise, steps=20, guidance=4.0):
    """DPM-Solver++ (2M) over evenly spaced timesteps from the last one; `predict(x, t, text)` gives v."""
    bars = torch.cat([torch.ones(1), alphas_cumprod()])
    times = np.round(np.linspace(STEPS, 0, steps + 1)).astype(int)
    alpha, sigma = bars.sqrt(), (1 - bars).sqrt().clamp(min=1e-5)
    logsnr = alpha.log() - sigma.log()
    x, old, old_h = noise, None, None
    for now, then in zip(times[:-1], times[1:]):
        t = torch.full((len(x),), float(now - 1))
        if guidance == 1:
            v = predict(x, t, text)
        else:
            v = predict(x, t, empty)
            v = v + guidance * (predict(x, t, text) - v)
        clean = alpha[now] * x - sigma[now] * v
        h = logsnr[then] - logsnr[now]
        estimate = clean if old is None or then == 0 else clean + (clean - old) * 0.5 * h / old_h
        x = sigma[then] / sigma[now] * x - alpha[then] * torch.expm1(-h) * estimate
        old, old_h = clean, h
    return old
