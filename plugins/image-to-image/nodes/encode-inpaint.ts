import { latentMask, maskedPicture, maskTensor, pictureTensor, residentModel } from '@atelier/diffusion';
import { defineNode, Failure, port, type Image } from '@atelier/sdk';
import { latentsOf } from '../latents.js';
import { encodePorts } from '../ports.js';

export const encodeInpaint = defineNode({
  type: 'image-to-image.encode-inpaint',
  version: 1,
  title: 'Encode picture and mask',
  description:
    'White of the mask is painted anew, black is kept. Sizes that the model does not take are rounded down.',
  inputs: { ...encodePorts, mask: port.image({ description: 'Of the size of the picture' }) },
  outputs: {
    latents: port.latents(),
    mask: port.latents({ description: '1 where something is to be painted, else 0' }),
    masked: port.latents({ description: 'The picture without what lies under the mask' }),
  },
  needs: { device: 'gpu', models: ['model'], workingMiB: 1024 },
  examples: [{ title: 'A picture and a mask', inputs: {} }],
  async run({ model, image, mask, width, height, posterior }, ctx) {
    refuseOtherSize(mask, image);
    const diffusion = await residentModel(ctx.models, model);
    const multipleOf = diffusion.folder.sizeMultiple;
    const options = { posterior, signal: ctx.signal };
    const picture = pictureTensor(image, { size: { width, height }, multipleOf });
    const painted = maskTensor(mask, { width: picture.dims[3]!, height: picture.dims[2]! });
    const latents = await latentsOf(diffusion, picture, options);
    const masked = await latentsOf(diffusion, maskedPicture(picture, painted), options);
    const size = { width: latents.dims[3]!, height: latents.dims[2]! };
    return { latents, masked, mask: { ...latentMask(painted, size), space: 'mask' } };
  },
});

function refuseOtherSize(mask: Image, image: Image): void {
  if (mask.width === image.width && mask.height === image.height) return;
  throw new Failure(
    'invalid-input',
    `The mask has ${mask.width} × ${mask.height} pixels and the picture ${image.width} × ${image.height}; both must be of one size.`,
  );
}
