import sharp from 'sharp';

/** A picture as a JPEG file's bytes. */
export interface Jpeg {
  width: number;
  height: number;
  data: Uint8Array;
}

/**
 * Reads a picture file that Atelier itself has written and encodes it as a JPEG, without loss that could be seen; what is
 * transparent becomes white.
 * @param source the path of the file
 */
export async function encodeJpeg(source: string): Promise<Jpeg> {
  const { data, info } = await sharp(source, { limitInputPixels: false, sequentialRead: true })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}
