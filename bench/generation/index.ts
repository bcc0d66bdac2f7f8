import { passes, textOf } from '../server/figure.js';
import { cancelling } from './cancelling.js';
import { growth } from './growth.js';
import { health } from './health.js';
import { peak } from './peak.js';
import { warmStart } from './warm-start.js';

export const title =
  'pictures from prompts through the server: memory, the second job, a cancel, the API meanwhile';

const sections = [warmStart, cancelling, health, peak, growth];

export async function run(print: (line: string) => void): Promise<{ passed: boolean }> {
  let passed = true;
  for (const section of sections) {
    for (const figure of await section()) {
      print(textOf(figure));
      passed &&= passes(figure);
    }
  }
  return { passed };
}
