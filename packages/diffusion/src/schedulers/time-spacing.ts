import { choiceField, type SchedulerConfig } from './config-fields.js';
import { linspace, roundHalfToEven } from './numpy.js';

/** How steps are spread over the training times: table 2 of https://arxiv.org/abs/2305.08891 */
const timeSpacings = ['leading', 'linspace', 'trailing'] as const;
export type TimeSpacing = (typeof timeSpacings)[number];

export function spacingOf(config: SchedulerConfig, fallback: TimeSpacing): TimeSpacing {
  return choiceField(config, 'timestep_spacing', timeSpacings, fallback);
}

export interface TimeGrid {
  spacing: TimeSpacing;
  steps: number;
  /** Times of the training, counted from 0. */
  trainSteps: number;
  /** Added to leading times. */
  offset: number;
}

/** Descending times that include both ends of the training when spaced by `linspace`: Euler and its like, DDIM, PNDM. */
export function closedTimes({ spacing, steps, trainSteps, offset }: TimeGrid): Float64Array {
  switch (spacing) {
    case 'linspace':
      return linspace(0, trainSteps - 1, steps).reverse();
    case 'leading':
      return leading(steps, Math.floor(trainSteps / steps), offset);
    case 'trailing':
      return trailing(trainSteps, trainSteps / steps, steps);
  }
}

/**
 * Descending times that leave out the lower end: DPM-Solver and UniPC.
 * @param last how many of the training times are used; the higher ones have a noise above what the config allows
 */
export function openTimes({ spacing, steps, trainSteps, offset }: TimeGrid, last = trainSteps): Float64Array {
  switch (spacing) {
    case 'linspace':
      return linspace(0, last - 1, steps + 1)
        .map(roundHalfToEven)
        .reverse()
        .slice(0, -1);
    case 'leading': {
      const stride = Math.floor(last / (steps + 1));
      return leading(steps, stride, stride + offset);
    }
    case 'trailing':
      return trailing(last, trainSteps / steps, steps);
  }
}

function leading(steps: number, stride: number, offset: number): Float64Array {
  return Float64Array.from({ length: steps }, (_, i) => (steps - 1 - i) * stride + offset);
}

function trailing(last: number, stride: number, steps: number): Float64Array {
  // numpy's arange repeats the difference of its first two values, whose rounding decides how halves are rounded.
  const difference = last - stride - last;
  // For some counts (61, 103) arange gives one time more, −1, which is not a time of the training.
  const length = Math.min(steps, Math.ceil(last / stride));
  return Float64Array.from({ length }, (_, i) => roundHalfToEven(last + i * difference) - 1);
}
