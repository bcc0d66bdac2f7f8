/** What the denoiser was trained to predict. */
export type Prediction = 'epsilon' | 'v_prediction' | 'sample' | 'flow_prediction';

/** Of models that were not trained by flow matching. */
export const predictions = ['epsilon', 'v_prediction', 'sample'] as const satisfies readonly Prediction[];

/** Factors that make something a sum of the sample and of what was predicted for it. */
export interface Mix {
  readonly sample: number;
  readonly predicted: number;
}

/** The clean sample x0 in x = signal · x0 + noise · ε. v-prediction: https://arxiv.org/abs/2202.00512, appendix D. */
export function cleanMix(prediction: Prediction, signal: number, noise: number): Mix {
  switch (prediction) {
    case 'epsilon':
      return { sample: 1 / signal, predicted: -noise / signal };
    case 'v_prediction':
      return { sample: signal, predicted: -noise };
    case 'flow_prediction':
      return { sample: 1, predicted: -noise };
    case 'sample':
      return { sample: 0, predicted: 1 };
  }
}

/** The noise ε in x = signal · x0 + noise · ε. */
export function noiseMix(prediction: Prediction, signal: number, noise: number): Mix {
  switch (prediction) {
    case 'epsilon':
      return { sample: 0, predicted: 1 };
    case 'v_prediction':
      return { sample: noise, predicted: signal };
    case 'flow_prediction':
      return { sample: 1, predicted: signal };
    case 'sample':
      return { sample: 1 / noise, predicted: -signal / noise };
  }
}
