import type { Random } from '@atelier/sdk';
import type { Scheme } from '../colours/scheme.js';
import type { Typeface } from '../fonts/typeface.js';
import type { Style } from './styles.js';

/** All that is settled before a logo is laid out. */
export interface Brief {
  /** the name as it is written: in capitals where the style has it so */
  name: string;
  face: Typeface;
  style: Style;
  scheme: Scheme;
  random: Random;
}
