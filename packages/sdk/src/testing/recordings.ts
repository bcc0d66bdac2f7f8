/** Frames of YUV4MPEG2, uncompressed video that ffmpeg reads: https://wiki.multimedia.cx/index.php/YUV4MPEG2 */
export function encodeY4m(width: number, height: number, fps: number, frames: number): Uint8Array {
  const parts = [Buffer.from(`YUV4MPEG2 W${width} H${height} F${fps}:1 Ip A1:1 C444\n`)];
  for (let frame = 0; frame < frames; frame += 1) {
    const luma = Buffer.alloc(width * height, 16 + Math.round((219 * frame) / frames));
    parts.push(Buffer.from('FRAME\n'), luma, Buffer.alloc(2 * width * height, 128));
  }
  return Buffer.concat(parts);
}

/** A tone of 440 Hz as a WAV file: one channel of 16-bit samples. */
export function encodeWav(sampleRate: number, seconds: number): Uint8Array {
  const samples = Math.round(sampleRate * seconds);
  const file = Buffer.alloc(44 + 2 * samples);
  file.write('RIFF', 0, 'latin1');
  file.writeUInt32LE(file.length - 8, 4);
  file.write('WAVEfmt ', 8, 'latin1');
  file.writeUInt32LE(16, 16); // bytes of the format
  file.writeUInt16LE(1, 20); // PCM
  file.writeUInt16LE(1, 22); // channels
  file.writeUInt32LE(sampleRate, 24);
  file.writeUInt32LE(2 * sampleRate, 28); // bytes a second
  file.writeUInt16LE(2, 32); // bytes a frame
  file.writeUInt16LE(16, 34); // bits a sample
  file.write('data', 36, 'latin1');
  file.writeUInt32LE(2 * samples, 40);
  for (let index = 0; index < samples; index += 1) {
    file.writeInt16LE(Math.round(8000 * Math.sin((2 * Math.PI * 440 * index) / sampleRate)), 44 + 2 * index);
  }
  return file;
}
