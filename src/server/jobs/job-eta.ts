import { Inject, Injectable } from '@nestjs/common';
import { EtaCalibration, type EtaStage } from '../../engine/eta.js';
import { Dispatcher } from './dispatcher.js';
import type { Job } from './job.entity.js';

/** When a job should have ended, in seconds from now: half of the jobs, and nine tenths of them, end by then. */
export interface Eta {
  p50Seconds: number;
  p90Seconds: number;
}

interface Prediction {
  stage: EtaStage;
  madeAt: number;
  predictedMs: number;
}

/** Tells when jobs will end: the scheduler played forward, corrected by how earlier predictions turned out. */
@Injectable()
export class JobEta {
  private readonly calibration = new EtaCalibration();
  /** the first prediction of each job in its present stage */
  private readonly predictions = new Map<string, Prediction>();

  constructor(@Inject(Dispatcher) private readonly dispatcher: Dispatcher) {}

  /** @param segments ids of the job's segments that wait or run; null when nothing is known of when they will run */
  of(job: Job, segments: readonly string[]): Eta | null {
    const predictedMs = this.predict(job, segments);
    if (predictedMs === null) return null;
    const stage: EtaStage = job.startedAt === null ? 'queued' : 'running';
    if (this.predictions.get(job.id)?.stage !== stage) {
      this.predictions.set(job.id, { stage, madeAt: Date.now(), predictedMs });
    }
    const { p50Ms, p90Ms } = this.calibration.range(stage, predictedMs);
    return { p50Seconds: secondsOf(p50Ms), p90Seconds: secondsOf(p90Ms) };
  }

  /** Learns from a job that completed, and forgets any other. */
  ended(job: Job): void {
    const prediction = this.predictions.get(job.id);
    this.predictions.delete(job.id);
    if (prediction === undefined || job.status !== 'completed') return;
    this.calibration.observe(prediction.stage, prediction.predictedMs, job.endedAt! - prediction.madeAt);
  }

  /** Later segments are not planned yet, so a job that runs is also taken to go on as fast as it did. */
  private predict(job: Job, segments: readonly string[]): number | null {
    const ends = segments.map((id) => this.dispatcher.msUntilEndOf(id)).filter((ms) => ms !== null);
    if (job.startedAt !== null && job.progress > 0) {
      ends.push(((Date.now() - job.startedAt) * (1 - job.progress)) / job.progress);
    }
    return ends.length === 0 ? null : Math.max(...ends, 0);
  }
}

function secondsOf(ms: number): number {
  return Math.ceil(ms / 1000);
}
