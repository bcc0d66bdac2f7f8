/** The ways to put a logo together; what each does is beside this file. */
export const layoutNames = [
  'side',
  'stacked',
  'underline',
  'block',
  'frame',
  'ribbon',
  'badge',
  'monogram',
  'tiles',
] as const;

export type LayoutName = (typeof layoutNames)[number];
