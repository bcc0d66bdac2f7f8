import { z } from 'zod';

/** What text of the drawing is filled with: hexadecimal only, so that it can be put into any format. */
const colourSchema = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'must be a colour such as #ff8800');

const numbers = (count: number): string => `-?\\d+(\\.\\d+)?( -?\\d+(\\.\\d+)?){${count - 1}}`;
const outline = new RegExp(`^(M${numbers(2)}|L${numbers(2)}|Q${numbers(4)}|C${numbers(6)}|Z)+$`);

/** A drawing of filled outlines: what is laid out once and written in several formats. */
export const drawingSchema = z.object({
  title: z.string().max(1000),
  width: z.int().min(1).max(10_000),
  height: z.int().min(1).max(10_000),
  ground: colourSchema.nullable().describe('null is transparent'),
  shapes: z
    .array(
      z.object({
        group: z.enum(['mark', 'name', 'ornament']),
        fill: colourSchema,
        d: z.string().max(500_000).regex(outline, 'must be an SVG path of the commands M, L, Q, C and Z'),
      }),
    )
    .max(2000),
});

export type Drawing = z.output<typeof drawingSchema>;
