import type { Quantity } from '@atelier/sdk';
import type { InstalledNode } from './catalogue.js';

/** The number that is given to an input of a node; `unknown` while another node has yet to give it. */
export type NumberGiven = (input: string) => number | 'unknown' | 'left out';

/** What a quantity comes to. An input that is not known counts with its `max`, else its default, else 0. */
export function evaluate(quantity: Quantity, node: InstalledNode, given: NumberGiven): number {
  if (typeof quantity === 'number') return quantity;
  if ('input' in quantity) return amountOf(quantity.input, node, given(quantity.input));
  if ('add' in quantity)
    return quantity.add.reduce<number>((sum, part) => sum + evaluate(part, node, given), 0);
  return quantity.multiply.reduce<number>((product, part) => product * evaluate(part, node, given), 1);
}

function amountOf(input: string, node: InstalledNode, given: number | 'unknown' | 'left out'): number {
  if (typeof given === 'number') return given;
  const spec = node.inputs.get(input);
  if (given === 'unknown' && spec && 'max' in spec && spec.max !== undefined) return spec.max;
  const value = node.defaults.get(input);
  return typeof value === 'number' ? value : 0;
}
