import { craudioviz, CraudiovizModule } from './craudioviz/craudioviz.module.js';

/** In the order in which they are asked for a path; the last one also answers for paths that nobody claims. */
export const dialects = [craudioviz] as const;

export const dialectModules = [CraudiovizModule];
