/** The model families that make pictures from prompts. */
export const families = ['sd', 'lcm', 'sdxl', 'sd3', 'flux'] as const;

/** The family whose latents a family works on: LCMs are SD models that were distilled. */
export function latentsOf(family: string): string {
  return family === 'lcm' ? 'sd' : family;
}
