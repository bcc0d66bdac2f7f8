"""Writes the trained networks as a diffusers-style folder of ONNX files.

python export.py --vae /tmp/starter/vae.pt --unet /tmp/starter/unet.pt --scale /tmp/starter/train/scale.json --out ..
"""

import argparse
import json
from pathlib import Path

import torch

from diffusion import SCHEDULE
from flat_adam import FlatAdam
from networks import TEXT, UNET, VAE, Decoder, Encoder
from onnx_files import export, weights
from train_unet import make_networks


def load_exported(folder: Path, text, unet):
    """Weights of an exported model into fresh networks, to go on training."""
    for module, name in ((text, 'text_encoder'), (unet, 'unet')):
        missing, unexpected = module.load_state_dict(weights(folder / name / 'model.onnx'), strict=False)
        if missing or unexpected:
            print(f'{name}: not in the file {missing}, not in the network {unexpected}')


def load_vae(folder: Path):
    encoder, decoder = Encoder(**VAE), Decoder(**VAE)
    encoder.load_state_dict(weights(folder / 'vae_encoder' / 'model.onnx'), strict=False)
    decoder.load_state_dict(weights(folder / 'vae_decoder' / 'model.onnx'), strict=False)
    return encoder, decoder


def write_json(path: Path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=2) + '\n')


def export_vae(saved, out: Path, factor: float):
    encoder, decoder = Encoder(**VAE), Decoder(**VAE)
    encoder.load_state_dict(saved['encoder'])
    decoder.load_state_dict(saved['decoder'])
    channels = VAE['latent_channels']
    export(
        encoder,
        (torch.randn(1, 3, 64, 64),),
        ['sample'],
        ['latent_parameters'],
        {
            'sample': {0: 'batch_size', 2: 'sample_height', 3: 'sample_width'},
            'latent_parameters': {0: 'batch_size', 2: 'latent_height', 3: 'latent_width'},
        },
        out / 'vae_encoder' / 'model.onnx',
        int8=True,
    )
    export(
        decoder,
        (torch.randn(1, channels, 4, 4),),
        ['latent_sample'],
        ['sample'],
        {
            'latent_sample': {0: 'batch_size', 2: 'latent_height', 3: 'latent_width'},
            'sample': {0: 'batch_size', 2: 'sample_height', 3: 'sample_width'},
        },
        out / 'vae_decoder' / 'model.onnx',
    )
    config = dict(
        _class_name='AutoencoderKL',
        act_fn='silu',
        in_channels=3,
        out_channels=3,
        latent_channels=channels,
        block_out_channels=[32, 64, 128, 192, 192],
        sample_size=128,
        scaling_factor=factor,
        force_upcast=False,
    )
    for name in ('vae_encoder', 'vae_decoder'):
        write_json(out / name / 'config.json', config)


def export_text(text, out: Path, tokenizer):
    export(
        text,
        (torch.tensor([[tokenizer.bos, 300, 400, tokenizer.eos, tokenizer.eos]]),),
        ['input_ids'],
        ['last_hidden_state', 'pooler_output'],
        {
            'input_ids': {0: 'batch_size', 1: 'sequence_length'},
            'last_hidden_state': {0: 'batch_size', 1: 'sequence_length'},
            'pooler_output': {0: 'batch_size'},
        },
        out / 'text_encoder' / 'model.onnx',
    )
    write_json(
        out / 'text_encoder' / 'config.json',
        dict(
            architectures=['CLIPTextModel'],
            model_type='clip_text_model',
            hidden_size=TEXT['hidden_size'],
            projection_dim=TEXT['hidden_size'],
            num_hidden_layers=TEXT['layers'],
            num_attention_heads=TEXT['heads'],
            intermediate_size=3 * TEXT['hidden_size'],
            max_position_embeddings=TEXT['max_position_embeddings'],
            vocab_size=len(tokenizer.ids),
            bos_token_id=tokenizer.bos,
            eos_token_id=tokenizer.eos,
            pad_token_id=tokenizer.eos,
            hidden_act='gelu',
            layer_norm_eps=1e-5,
        ),
    )


def export_unet(unet, out: Path):
    export(
        unet,
        (
            torch.randn(2, UNET['in_channels'], 8, 8),
            torch.tensor(500.0),
            torch.rand(2, 12, UNET['text_size']),
        ),
        ['sample', 'timestep', 'encoder_hidden_states'],
        ['out_sample'],
        {
            'sample': {0: 'batch_size', 2: 'height', 3: 'width'},
            'encoder_hidden_states': {0: 'batch_size', 1: 'sequence_length'},
            'out_sample': {0: 'batch_size', 2: 'height', 3: 'width'},
        },
        out / 'unet' / 'model.onnx',
    )
    write_json(
        out / 'unet' / 'config.json',
        dict(
            _class_name='UNet2DConditionModel',
            sample_size=8,
            in_channels=UNET['in_channels'],
            out_channels=UNET['in_channels'],
            block_out_channels=list(UNET['channels']),
            cross_attention_dim=UNET['text_size'],
            attention_head_dim=UNET['heads'],
            layers_per_block=2,
            resnet_time_scale_shift='scale_shift',
            time_cond_proj_dim=None,
            addition_embed_type=None,
        ),
    )


def write_pipeline(out: Path):
    write_json(
        out / 'scheduler' / 'scheduler_config.json',
        dict(
            _class_name='DPMSolverMultistepScheduler',
            **SCHEDULE,
            prediction_type='v_prediction',
            timestep_spacing='trailing',
            algorithm_type='dpmsolver++',
            solver_order=2,
            solver_type='midpoint',
            lower_order_final=True,
            euler_at_final=False,
            final_sigmas_type='zero',
            use_karras_sigmas=False,
            thresholding=False,
            steps_offset=0,
            trained_betas=None,
            clip_sample=False,
            set_alpha_to_one=True,
            skip_prk_steps=True,
        ),
    )
    write_json(
        out / 'model_index.json',
        dict(
            _class_name='StableDiffusionPipeline',
            _diffusers_version='0.40.0.dev0',
            requires_safety_checker=False,
            safety_checker=[None, None],
            feature_extractor=[None, None],
            image_encoder=[None, None],
            scheduler=['diffusers', 'DPMSolverMultistepScheduler'],
            text_encoder=['transformers', 'CLIPTextModel'],
            tokenizer=['transformers', 'CLIPTokenizer'],
            unet=['diffusers', 'UNet2DConditionModel'],
            vae=['diffusers', 'AutoencoderKL'],
        ),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--vae', type=Path)
    parser.add_argument('--scale', type=Path)
    parser.add_argument('--unet', type=Path)
    parser.add_argument('--out', type=Path, default=Path('..'))
    args = parser.parse_args()
    if args.vae:
        export_vae(torch.load(args.vae), args.out, json.loads(args.scale.read_text())['scaling_factor'])
    if args.unet:
        tokenizer, text, unet = make_networks()
        learning = FlatAdam([unet, text], torch.float32)
        learning.load(torch.load(args.unet)['learning'])
        learning.use_average()
        export_text(text, args.out, tokenizer)
        export_unet(unet, args.out)
    write_pipeline(args.out)


if __name__ == '__main__':
    main()
