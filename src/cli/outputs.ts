import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import type { Json } from '@atelier/sdk';
import type { Client } from './client.js';
import { CommandError } from './command-error.js';

/** A result on this machine; `path` is absolute. */
export interface WrittenFile {
  path: string;
  mediaType: string;
}

/** A list where the output is a list of files, null where nothing was made. */
export type WrittenOutput = WrittenFile | WrittenOutput[] | null;

/** A file as `GET /v1/jobs/{id}` gives it. */
const fileSchema = z.object({
  file_id: z.string(),
  name: z.string(),
  type: z.string(),
  url: z.string(),
  size: z.number(),
});

type FileOutput = z.output<typeof fileSchema>;

/**
 * Writes a job's outputs into the folder: `NAME.EXT`, a list as `NAME-0.EXT`, `NAME-1.EXT`, JSON as `NAME.json`.
 * @throws CommandError when a file cannot be written
 */
export async function writeOutputs(
  client: Pick<Client, 'download'>,
  outputs: Readonly<Record<string, Json>>,
  folder: string,
): Promise<Record<string, WrittenOutput>> {
  const written: Record<string, WrittenOutput> = {};
  try {
    await mkdir(folder, { recursive: true });
    for (const [name, output] of Object.entries(outputs)) {
      written[name] = await writeOutput(client, path.resolve(folder, plainName(name)), output);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new CommandError(`The results cannot be written to ${folder} (${code}).`, [message]);
  }
  return written;
}

async function writeOutput(
  client: Pick<Client, 'download'>,
  base: string,
  output: Json,
): Promise<WrittenOutput> {
  if (output === null) return null;
  const file = fileSchema.safeParse(output).data;
  if (file !== undefined) return writeFileOutput(client, base, file);
  if (!isListOfFiles(output)) return writeJson(`${base}.json`, output);
  const items: WrittenOutput[] = [];
  for (const [index, item] of output.entries())
    items.push(await writeOutput(client, `${base}-${index}`, item));
  return items;
}

/** Files, lists of files and gaps; any other list is one piece of JSON. */
function isListOfFiles(output: Json): output is readonly Json[] {
  if (!Array.isArray(output)) return false;
  return output.every(
    (item: Json) => item === null || fileSchema.safeParse(item).success || isListOfFiles(item),
  );
}

function writeJson(file: string, value: Json): Promise<WrittenFile> {
  return writeWhole(file, 'application/json', (part) =>
    writeFile(part, `${JSON.stringify(value, null, 2)}\n`),
  );
}

async function writeFileOutput(
  client: Pick<Client, 'download'>,
  base: string,
  file: FileOutput,
): Promise<WrittenFile> {
  const content = await client.download(file.file_id);
  return writeWhole(`${base}.${extensionOf(file.name)}`, file.type, (part) =>
    pipeline(Readable.fromWeb(content as never), createWriteStream(part)),
  );
}

/** A file of this name is there whole or not at all; a link of this name is replaced, not followed. */
async function writeWhole(
  file: string,
  mediaType: string,
  write: (part: string) => Promise<void>,
): Promise<WrittenFile> {
  const part = `${file}.part`;
  await rm(part, { force: true });
  try {
    await write(part);
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
  return { path: file, mediaType };
}

/** Names come from pipelines, which may come from anywhere: none may lead out of the folder. */
function plainName(name: string): string {
  if (/^[\w-]+$/.test(name)) return name;
  throw new CommandError(`The server named an output "${name}", which is no name for a file.`);
}

function extensionOf(name: string): string {
  return /\.(\w{1,10})$/.exec(name)?.[1]?.toLowerCase() ?? 'bin';
}
