import { measure } from '../server/figure.js';
import { cancelling } from './cancelling.js';
import { growth } from './growth.js';
import { health } from './health.js';
import { peak } from './peak.js';
import { warmStart } from './warm-start.js';

export const title =
  'pictures from prompts through the server: memory, the second job, a cancel, the API meanwhile';

const sections = [warmStart, cancelling, health, peak, growth];

export const run = (print: (line: string) => void): Promise<{ passed: boolean }> => measure(sections, print);
