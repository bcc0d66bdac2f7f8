import { craudioviz, CraudiovizModule } from './craudioviz/craudioviz.module.js';
import { desktop, DesktopModule } from './desktop/desktop.module.js';
import { fluxKrea, FluxKreaModule } from './flux-krea/flux-krea.module.js';
import { visualCreativity, VisualCreativityModule } from './visual-creativity/visual-creativity.module.js';

/** In the order in which they are asked for a path; the last one also answers for paths that nobody claims. */
export const dialects = [desktop, fluxKrea, visualCreativity, craudioviz] as const;

export const dialectModules = [DesktopModule, FluxKreaModule, VisualCreativityModule, CraudiovizModule];
