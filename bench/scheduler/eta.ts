import { EtaCalibration, forecast, type EtaStage } from '../../src/engine/eta.js';
import { schedule } from '../../src/engine/schedule.js';
import { atMost, type Figure } from './figure.js';
import { simulate, type Watcher } from './simulator.js';
import { mean, percentile } from './statistics.js';
import { gpus, workload } from './workload.js';

/** The first jobs only teach. */
const WARM_UP = 500;
const STAGES = ['queued', 'running'] as const;

/** What was promised at submit and at start, beside what came of it. */
export function etaFigures(): Figure[] {
  const { kept, errors, jobs } = play();
  const share = (stage: EtaStage): number => mean(kept[stage].map(Number));
  const error = (stage: EtaStage): number => percentile(errors[stage], 0.5);
  return [
    {
      name: `share of ${jobs} jobs done within the p90 of their submit`,
      ours: share('queued'),
      must: [0.85, 0.95],
    },
    { name: '… within the p90 of their start', ours: share('running'), must: [0.85, 0.95] },
    { name: 'median error of the p50 at submit', ours: error('queued'), must: atMost(0.5) },
    { name: '… at start', ours: error('running'), must: atMost(0.25) },
  ];
}

function play(): { kept: Record<EtaStage, boolean[]>; errors: Record<EtaStage, number[]>; jobs: number } {
  const calibration = new EtaCalibration();
  const predictions = new Map<string, { predictedMs: number; p50Ms: number; p90Ms: number }>();
  const kept: Record<EtaStage, boolean[]> = { queued: [], running: [] };
  const errors: Record<EtaStage, number[]> = { queued: [], running: [] };
  const promise = (stage: EtaStage, id: string, predictedMs: number): void => {
    predictions.set(`${stage} ${id}`, { predictedMs, ...calibration.range(stage, predictedMs) });
  };
  const watch: Watcher = {
    arrived: ({ segment }, input) =>
      promise('queued', segment.id, forecast(input).get(segment.id)!.endsAt - input.now),
    started: ({ job }) => promise('running', job.segment.id, job.segment.estimateMs),
    ended: ({ job: { segment }, startedAt, endedAt }) => {
      for (const stage of STAGES) {
        const { predictedMs, p50Ms, p90Ms } = predictions.get(`${stage} ${segment.id}`)!;
        const actualMs = endedAt - (stage === 'queued' ? segment.readyAt : startedAt);
        calibration.observe(stage, predictedMs, actualMs);
        if (Number(segment.id) < WARM_UP) continue;
        kept[stage].push(actualMs <= p90Ms);
        errors[stage].push(Math.abs(p50Ms - actualMs) / actualMs);
      }
    },
  };
  simulate(workload({ devices: 4, models: 24, jobs: 3000, load: 0.7, seed: 1 }), gpus(4), schedule, watch);
  return { kept, errors, jobs: kept.queued.length };
}
