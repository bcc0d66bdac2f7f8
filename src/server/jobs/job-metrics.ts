import { Counter, Gauge, Histogram } from 'prom-client';

export const jobsEnded = new Counter({
  name: 'atelier_jobs_ended_total',
  help: 'Jobs that have reached their end',
  labelNames: ['status'] as const,
});

export const jobSeconds = new Histogram({
  name: 'atelier_job_seconds',
  help: 'Time from the submit of a job to its end',
  labelNames: ['status'] as const,
  buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800],
});

export const waitingSegments = new Gauge({
  name: 'atelier_segments_waiting',
  help: 'Parts of jobs that wait for a device',
});

export const busyDevices = new Gauge({
  name: 'atelier_devices_busy',
  help: 'Whether a device runs something',
  labelNames: ['device'] as const,
});

export const decisionSeconds = new Histogram({
  name: 'atelier_scheduling_decision_seconds',
  help: 'Time of one decision of the scheduler',
  buckets: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05],
});

export const workersLost = new Counter({
  name: 'atelier_workers_lost_total',
  help: 'Worker processes that ended or were ended',
  labelNames: ['cause'] as const,
});
