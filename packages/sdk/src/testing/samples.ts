import type { NodeAssets } from '../context.js';
import type { Audio, FileRef, Image, Mask, Video } from '../values.js';
import { encodePng } from './png.js';
import { encodeWav, encodeY4m } from './recordings.js';

export interface SampleSize {
  /** pixels; default 64 */
  width?: number;
  /** pixels; default 48 */
  height?: number;
}

/** Real values for tests, the same each time. */
export class Samples {
  constructor(private readonly assets: NodeAssets) {}

  /** A picture with a gradient in each direction and, of 4 channels, one in its opacity. */
  image({ width = 64, height = 48, channels = 3 }: SampleSize & { channels?: 3 | 4 } = {}): Image {
    const data = new Uint8Array(width * height * channels);
    for (let index = 0; index < width * height; index += 1) {
      const x = index % width;
      const y = Math.floor(index / width);
      const pixel = [(255 * x) / width, (255 * y) / height, (16 * (x + y)) % 256, 255 - (128 * x) / width];
      data.set(pixel.slice(0, channels), index * channels);
    }
    return { width, height, channels, data };
  }

  /** A mask that is 255 in an ellipse in the middle. */
  mask({ width = 64, height = 48 }: SampleSize = {}): Mask {
    const data = new Uint8Array(width * height);
    for (let index = 0; index < data.length; index += 1) {
      const x = ((index % width) + 0.5) / width - 0.5;
      const y = (Math.floor(index / width) + 0.5) / height - 0.5;
      if (x * x + y * y < 0.1) data[index] = 255;
    }
    return { width, height, data };
  }

  /** A stored PNG file of `image()`. */
  file(): Promise<FileRef> {
    return this.assets.write(encodePng(this.image()), 'sample.png');
  }

  /** Eight frames that grow brighter, one second, in an uncompressed format that ffmpeg reads. */
  async video(): Promise<Video> {
    const [width, height, fps, frames] = [32, 24, 8, 8];
    const file = await this.assets.write(encodeY4m(width, height, fps, frames), 'sample.y4m');
    return { file, width, height, fps, frames };
  }

  /** Half a second of a tone, a WAV file. */
  async audio(): Promise<Audio> {
    const [sampleRate, duration] = [8000, 0.5];
    const file = await this.assets.write(encodeWav(sampleRate, duration), 'sample.wav');
    return { file, sampleRate, channels: 1, duration };
  }
}
