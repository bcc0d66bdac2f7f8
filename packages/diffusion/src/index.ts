export type { DrawNoise, NoiseScheduler, ScheduleOptions } from './schedulers/noise-scheduler.js';
