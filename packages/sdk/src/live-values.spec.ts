import { checkValue } from './live-values.js';
import type { PortSpec } from './ports.js';

const sha256 = '0'.repeat(64);
const file = { sha256, bytes: 1, mediaType: 'image/png', name: 'a.png' };
const image = { width: 2, height: 1, channels: 3, data: new Uint8Array(6) };
const mask = { width: 2, height: 2, data: new Uint8Array(4) };
const tensor = { dims: [1, 4, 2, 2], data: new Float32Array(16) };
const movie = { ...file, mediaType: 'video/mp4' };
const video = { file: movie, width: 2, height: 2, fps: 23.976, frames: 3 };
const audio = { file: { ...file, mediaType: 'audio/wav' }, sampleRate: 44100, channels: 2, duration: 0.5 };

const fitting: [PortSpec, unknown][] = [
  [{ type: 'image' }, image],
  [{ type: 'image' }, { ...image, channels: 4, data: Buffer.alloc(8) }],
  [{ type: 'mask' }, mask],
  [{ type: 'latents' }, { ...tensor, space: 'sd15' }],
  [{ type: 'latents' }, { dims: [], data: new Uint16Array(1), space: 'sd15' }],
  [
    { type: 'conditioning' },
    { tensors: { prompt: tensor, pooled: { dims: [0], data: new BigInt64Array(0) } } },
  ],
  [{ type: 'model' }, { id: 'sd-turbo', sha256 }],
  [{ type: 'video' }, video],
  [{ type: 'audio' }, audio],
  [{ type: 'file', accept: ['image/*'] }, file],
  [{ type: 'seed' }, 2n ** 64n - 1n],
  [{ type: 'seed' }, 0n],
  [{ type: 'integer', min: 1 }, 1],
  [{ type: 'string' }, 'a'],
  [{ type: 'json' }, { a: [null, 1.5, 'x', true] }],
  [{ type: 'list', items: { type: 'image' }, minItems: 1 }, [image]],
  [{ type: 'image', optional: true }, undefined],
];

const unfitting: [PortSpec, unknown, RegExp][] = [
  [{ type: 'image' }, undefined, /^is missing$/],
  [{ type: 'image', optional: true }, null, /^must be an image, not null$/],
  [{ type: 'image' }, { ...image, data: new Uint8Array(5) }, /^must have .* = 6 bytes of data, not 5$/],
  [{ type: 'image' }, { ...image, data: new Uint8ClampedArray(6) }, /Uint8Array/],
  [{ type: 'image' }, { ...image, data: [0, 0, 0, 0, 0, 0] }, /Uint8Array/],
  [{ type: 'image' }, { ...image, channels: 1, data: new Uint8Array(2) }, /3 or 4 channels/],
  [{ type: 'image' }, { ...image, width: 0, data: new Uint8Array(0) }, /at least 1 pixel/],
  [{ type: 'image' }, { ...image, width: 1.5 }, /whole width/],
  [{ type: 'image' }, mask, /channels/],
  [{ type: 'mask' }, image, /= 2 bytes of data, not 6/],
  [{ type: 'mask' }, 'x', /^must be a mask, not text$/],
  [{ type: 'latents' }, tensor, /space/],
  [{ type: 'latents' }, { ...tensor, dims: [1, 4, 2, 3], space: 'sd15' }, /say, 24, not 16/],
  [{ type: 'latents' }, { ...tensor, dims: [1, -4], space: 'sd15' }, /dims/],
  [{ type: 'latents' }, { ...tensor, data: new Float64Array(16), space: 'sd15' }, /Float32Array/],
  [{ type: 'conditioning' }, {}, /tensors/],
  [{ type: 'conditioning' }, { tensors: { 'a/b': { dims: [1] } } }, /^at \/tensors\/a~1b must have its data/],
  [{ type: 'model' }, 'sd-turbo', /id/],
  [{ type: 'model' }, { id: 'x' }, /sha256/],
  [{ type: 'video' }, { ...video, file }, /^at \/file must be a file of type video/],
  [{ type: 'video' }, { ...video, frames: 0 }, /^at \/frames /],
  [{ type: 'video' }, { ...video, fps: Infinity }, /^at \/fps /],
  [{ type: 'audio' }, { ...audio, sampleRate: 1.5 }, /^at \/sampleRate /],
  [{ type: 'audio' }, { ...audio, duration: 0 }, /^at \/duration /],
  [{ type: 'file', accept: ['video/*'] }, file, /video/],
  [{ type: 'file' }, new Uint8Array(4), /stored file, not an instance of a class/],
  [{ type: 'seed' }, 1, /bigint/],
  [{ type: 'seed' }, -1n, /from 0/],
  [{ type: 'seed' }, 2n ** 64n, /2\^64/],
  [{ type: 'integer', max: 5 }, 6, /at most 5/],
  [{ type: 'number' }, NaN, /finite/],
  [{ type: 'string' }, new String('a'), /text/],
  [{ type: 'json' }, { a: undefined }, /^at \/a must be JSON, not nothing$/],
  [{ type: 'json' }, [1n], /^at \/0 must be JSON, not a bigint$/],
  [{ type: 'json' }, new Date(), /^must be JSON, not an instance of a class$/],
  [{ type: 'json' }, { a: NaN }, /^at \/a must be a finite number$/],
  [{ type: 'list', items: { type: 'image' } }, [image, mask], /^at \/1 must be an image/],
  [{ type: 'list', items: { type: 'image' }, maxItems: 1 }, [image, image], /at most 1 element/],
  [{ type: 'list', items: { type: 'image' } }, { length: 0 }, /^must be a list, not an object$/],
];

describe('a value', () => {
  it.each(fitting)('fits %j', (spec, value) => {
    expect(checkValue(spec, value)).toBeUndefined();
  });

  it.each(unfitting)('does not fit %j', (spec, value, problem) => {
    expect(checkValue(spec, value)).toMatch(problem);
  });

  it('that is a cycle is no JSON, and is not followed for ever', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    expect(checkValue({ type: 'json' }, cycle)).toMatch(/deeper than 100 levels/);
  });
});
