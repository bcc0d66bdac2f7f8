import { defineNode, type Image, port } from '@atelier/sdk';
import { open, take, workingMiB } from '../pixels.js';

const factor = (description: string) => port.number({ min: 0, max: 10, default: 1, description });

export const adjust = defineNode({
  type: 'image.adjust',
  version: 1,
  title: 'Adjust colours',
  description:
    'Brightness, contrast, gamma, then saturation and hue. The defaults change nothing; alpha stays.',
  inputs: {
    image: port.image(),
    brightness: factor('Multiplies every channel'),
    contrast: factor('Multiplies the distance from middle grey'),
    gamma: port.number({
      min: 0.1,
      max: 10,
      default: 1,
      description: 'Above 1 lightens the middle, below 1 darkens it',
    }),
    saturation: factor('0 is grey'),
    hue: port.integer({
      min: -360,
      max: 360,
      default: 0,
      description: 'Turn of the colour circle in degrees',
    }),
  },
  outputs: { image: port.image() },
  needs: { device: 'cpu', workingMiB },
  examples: [
    { title: 'Warmer and stronger', inputs: { contrast: 1.2, saturation: 1.3 } },
    { title: 'Another hue', inputs: { hue: 120 } },
  ],
  async run({ image, saturation, hue, ...tones }) {
    const toned = applyTones(image, tones);
    if (saturation === 1 && hue % 360 === 0) return { image: toned };
    return { image: await take(open(toned).modulate({ saturation, hue })) };
  },
});

interface Tones {
  brightness: number;
  contrast: number;
  gamma: number;
}

function applyTones(image: Image, tones: Tones): Image {
  if (tones.brightness === 1 && tones.contrast === 1 && tones.gamma === 1) return image;
  const curve = toneCurve(tones);
  const data = image.data.slice();
  for (let pixel = 0; pixel < data.length; pixel += image.channels) {
    for (let at = pixel; at < pixel + 3; at++) data[at] = curve[data[at] ?? 0] ?? 0;
  }
  return { ...image, data };
}

/** What each of the 256 values of a channel becomes. */
function toneCurve({ brightness, contrast, gamma }: Tones): Uint8ClampedArray {
  return Uint8ClampedArray.from({ length: 256 }, (_, value) => {
    const stretched = ((value / 255) * brightness - 0.5) * contrast + 0.5;
    return 255 * Math.max(0, stretched) ** (1 / gamma);
  });
}
