import { eventLoop } from './event-loop.js';
import { measure } from './figure.js';
import { memory } from './memory.js';
import { pipeline } from './pipeline.js';
import { queue } from './queue.js';
import { sockets } from './sockets.js';

export const title = 'the server under load: its event loop, its queue, its memory, its sockets';

const sections = [eventLoop, queue, memory, sockets, pipeline];

export const run = (print: (line: string) => void): Promise<{ passed: boolean }> => measure(sections, print);
