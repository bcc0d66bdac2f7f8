import { defineNode, port } from '@atelier/sdk';
import { designLogo } from '../logo/design-logo.js';
import { layoutNames } from '../logo/layouts/names.js';
import { longestName } from '../logo/name.js';
import { styleNames } from '../logo/styles.js';

export const logo = defineNode({
  type: 'design.logo',
  version: 1,
  title: 'Lay out a logo',
  description:
    'Sets a name with a mark in a style. Every colour that is given is used as it is, and letters have a contrast of at least 4.5 : 1.',
  inputs: {
    text: port.string({ title: 'Name', minLength: 1, maxLength: longestName }),
    style: port.enum(styleNames, { default: 'modern' }),
    colors: port.optional(
      port.list(port.string({ maxLength: 40 }), {
        description: '#RRGGBB, #RGB or CSS names; left out, a palette of the style',
        minItems: 1,
        maxItems: 5,
      }),
    ),
    layout: port.optional(
      port.enum(layoutNames, { description: 'Left out, one that suits style and name is drawn' }),
    ),
    transparent: port.boolean({ description: 'Leaves out the ground; made for white paper', default: false }),
    seed: port.seed({ description: 'Draws what the other inputs leave open', default: -1 }),
  },
  outputs: {
    drawing: port.json({ description: 'For design.render' }),
    design: port.json({ description: 'What was chosen: layout, font, colours, contrast, notes' }),
  },
  examples: [
    { title: 'A name', inputs: { text: 'My Company', seed: 7 } },
    {
      title: 'In two colours',
      inputs: { text: 'My Company', style: 'modern', colors: ['#FF5733', '#3498db'], seed: 1 },
    },
    { title: 'In Cyrillic', inputs: { text: 'Кофе и книги', style: 'vintage', layout: 'badge', seed: 3 } },
  ],
  async run({ text, style, colors = [], layout, transparent, seed }, ctx) {
    const { drawing, facts } = await designLogo(
      { text, style, colours: colors, layout, transparent },
      ctx.random(seed),
    );
    return { drawing, design: { ...facts } };
  },
});
