import {
  decodeValue,
  encodeValue,
  valueToJson,
  type FileRef,
  type Image,
  type Json,
  type Mask,
  type PortSpec,
} from '@atelier/sdk';
import type { ValueRef } from '../engine/graph.js';
import type { Assets, StoredAsset } from '../runtime/assets.js';
import { decodeImage, decodeMask, encodePng } from '../runtime/images.js';

const valueMediaType = 'application/x-atelier-value';
const inlineBytes = 4096;

/** A value taken out of the process, and the blobs that it refers to. */
export interface StoredValue {
  ref: ValueRef;
  assets: StoredAsset[];
}

/** Carries values between a node's ports and the asset store. */
export class Values {
  constructor(
    private readonly assets: Assets,
    private readonly pixelLimit: number,
  ) {}

  /** The value as JSON in place when it is small JSON of its port; undefined when it needs the store. */
  inline(spec: PortSpec, value: unknown): StoredValue | undefined {
    if (spec.type === 'list')
      return listOf((value as unknown[]).map((item) => this.inline(spec.items, item)));
    const json = valueToJson(spec, value);
    if (json === undefined) return undefined;
    // Short texts and numbers, which most values are, need no second look.
    const small =
      typeof json === 'string' ? json.length <= inlineBytes / 3 : typeof json !== 'object' || fits(json);
    return small ? { ref: { kind: 'inline', value: json }, assets: filesOf(spec, value) } : undefined;
  }

  /** The value with everything that is not small JSON put durably into the store. Throws `storage-full`. */
  async store(spec: PortSpec, value: unknown): Promise<StoredValue> {
    const inline = this.inline(spec, value);
    if (inline !== undefined) return inline;
    if (spec.type === 'list') {
      const items = await Promise.all((value as unknown[]).map((item) => this.store(spec.items, item)));
      return listOf(items) as StoredValue;
    }
    const picture = spec.type === 'image' || spec.type === 'mask';
    const bytes = picture ? await encodePng(value as Image | Mask) : encodeValue(value);
    const asset = await this.assets.put(bytes, { mediaType: picture ? 'image/png' : valueMediaType });
    return { ref: { kind: 'stored', ...asset }, assets: [asset, ...filesOf(spec, value)] };
  }

  /** What a port of this type can make something of: JSON as it is, a picture's pixels where the port wants them, or its file. */
  async load(spec: PortSpec, ref: ValueRef): Promise<unknown> {
    if (ref.kind === 'inline') return ref.value;
    if (ref.kind === 'list') {
      const items = spec.type === 'list' ? spec.items : spec;
      return Promise.all(ref.items.map((item) => this.load(items, item)));
    }
    const type = spec.type === 'list' ? spec.items.type : spec.type;
    if (ref.mediaType === valueMediaType) return decodeValue(await this.assets.read(ref.sha256));
    if (type === 'mask') return this.readMask(ref.sha256);
    if (type === 'image') return this.readImage(ref.sha256);
    return fileOf(ref);
  }

  async readImage(sha256: string): Promise<Image> {
    return decodeImage(await this.assets.read(sha256), this.pixelLimit);
  }

  async readMask(sha256: string): Promise<Mask> {
    return decodeMask(await this.assets.read(sha256), this.pixelLimit);
  }

  /** A picture as a file of its own. */
  async writeImage(picture: Image | Mask): Promise<FileRef> {
    return fileOf(await this.assets.put(await encodePng(picture), { mediaType: 'image/png' }));
  }
}

function fits(json: Json): boolean {
  return Buffer.byteLength(JSON.stringify(json)) <= inlineBytes;
}

function fileOf({ sha256, bytes, mediaType }: StoredAsset): FileRef {
  return { sha256, bytes, mediaType, name: 'image.png' };
}

/** The blobs that JSON of such a port names. */
function filesOf(spec: PortSpec, value: unknown): StoredAsset[] {
  if (spec.type !== 'file' && spec.type !== 'video' && spec.type !== 'audio') return [];
  const { sha256, bytes, mediaType } =
    spec.type === 'file' ? (value as FileRef) : (value as { file: FileRef }).file;
  return [{ sha256, bytes, mediaType }];
}

function listOf(items: (StoredValue | undefined)[]): StoredValue | undefined {
  const stored = items.filter((item) => item !== undefined);
  if (stored.length < items.length) return undefined;
  const refs = stored.map(({ ref }) => ref);
  const inline = refs.filter((ref) => ref.kind === 'inline');
  return {
    // A list of many numbers is shorter without a wrapper around each.
    ref:
      inline.length === refs.length
        ? { kind: 'inline', value: inline.map(({ value }) => value) }
        : { kind: 'list', items: refs },
    assets: stored.flatMap(({ assets }) => assets),
  };
}
