import { mkdtempSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

type Question = 'delay' | 'garbage' | 'memory';

/** Bytes. */
export interface Memory {
  rss: number;
  heapUsed: number;
}

/** How late the event loop was, ns. */
export interface Delay {
  half: number;
  most: number;
  max: number;
}

const settleMs = 1000;

/** Looks into processes that were started with `options`, and into their children. */
export class Probes {
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), 'atelier-probes-'));

  /** for NODE_OPTIONS */
  get options(): string {
    return `--import=${new URL('probe.mjs', import.meta.url).href}?folder=${this.folder}`;
  }

  delay(pid: number): Promise<Delay> {
    return this.ask<Delay>(pid, 'delay');
  }

  /** Of every process that lives, by its id, once it has been left alone for a while. */
  async memory(): Promise<Map<number, Memory>> {
    for (let collection = 0; collection < 2; collection += 1) {
      await this.askAll('garbage');
      await sleep(settleMs);
    }
    return this.askAll<Memory>('memory');
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  private async askAll<Answer>(question: Question): Promise<Map<number, Answer>> {
    const answers = new Map<number, Answer>();
    for (const name of await readdir(this.folder)) {
      const pid = Number(path.parse(name).name);
      const answer = await this.ask<Answer>(pid, question).catch(() => null);
      if (answer !== null) answers.set(pid, answer);
    }
    return answers;
  }

  private async ask<Answer>(pid: number, question: Question): Promise<Answer> {
    const socket = net.connect(path.join(this.folder, `${pid}.sock`));
    socket.write(question);
    return JSON.parse(await text(socket)) as Answer;
  }
}
