import { emptyLatents, encodePrompt, sample, type DiffusionModel } from '@atelier/diffusion';
import { referencePath } from '../../test/reference/pack.js';
import { timedModel } from './timed-model.js';

export const title = 'what a denoising step takes beside the denoiser, 512 × 512 pictures, two halves';

const steps = 20;
const pixels = { width: 512, height: 512 };
/** of the time in session.run, and ms on top */
const limit = { share: 0.03, ms: 2 };

const runs = [
  { model: 'sd', schedulers: ['pndm', 'euler_a', 'dpmpp_2m_sde', 'unipc'] },
  { model: 'flux-dev', schedulers: ['flow_euler'] },
] as const;

/** One run per scheduler after one to warm up; run and rest are parts of the same steps. */
export async function run(print: (line: string) => void): Promise<{ passed: boolean }> {
  let passed = true;
  for (const { model: name, schedulers } of runs) {
    const clock = { ms: 0 };
    const model = await timedModel(referencePath('models', name), clock);
    for (const scheduler of schedulers) {
      await measure(model, scheduler, clock);
      const times = await measure(model, scheduler, clock);
      const inside = median(times.map(({ session }) => session));
      const beside = median(times.map(({ rest }) => rest));
      const worst = Math.max(...times.map(({ rest }) => rest));
      const allowed = inside * limit.share + limit.ms;
      passed &&= beside <= allowed;
      print(
        `${name} ${scheduler}: ${ms(inside)} in session.run, ${ms(beside)} beside it ` +
          `(${((100 * beside) / inside).toFixed(1)} %, at most ${ms(worst)}; allowed ${ms(allowed)})`,
      );
    }
  }
  print(`target: at most 3 % of the time in session.run and 2 ms, in half of ${steps} steps`);
  return { passed };
}

interface StepTime {
  session: number;
  rest: number;
}

async function measure(
  model: DiffusionModel,
  scheduler: (typeof runs)[number]['schedulers'][number],
  clock: { ms: number },
): Promise<StepTime[]> {
  const conditioning = await encodePrompt(model, {
    prompts: ['a lighthouse in the evening'],
    negativePrompts: ['blurry'],
    maxSequenceLength: 64,
  });
  const times: StepTime[] = [];
  let before = { at: 0, session: 0 };
  await sample(model, {
    conditioning,
    latents: emptyLatents(model, pixels),
    seed: 1,
    steps,
    guidanceScale: 7.5,
    trueGuidanceScale: 4,
    scheduler,
    onStep() {
      const now = { at: performance.now(), session: clock.ms };
      const session = now.session - before.session;
      // The first step has no beginning of its own here.
      if (before.at > 0) times.push({ session, rest: now.at - before.at - session });
      before = now;
    },
  });
  return times;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`;
}
