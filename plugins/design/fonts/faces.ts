/** A weight of one of the families in this folder. */
export interface Face {
  family: string;
  weight: number;
}

const face = (family: string, weight: number): Face => ({ family, weight });

/** The fonts that come with the plugin, by what they are used for. All are under the SIL Open Font License. */
export const faces = {
  abril: face('abril-fatface', 400),
  alegreya: face('alegreya', 800),
  alfaSlab: face('alfa-slab-one', 400),
  archivoBlack: face('archivo-black', 400),
  baloo: face('baloo-2', 700),
  comfortaa: face('comfortaa', 700),
  cormorant: face('cormorant-garamond', 600),
  ebGaramond: face('eb-garamond', 600),
  exo: face('exo-2', 700),
  fredoka: face('fredoka', 600),
  josefin: face('josefin-sans', 600),
  jost: face('jost', 600),
  jostThin: face('jost', 400),
  jura: face('jura', 700),
  manrope: face('manrope', 800),
  manropeThin: face('manrope', 400),
  montserrat: face('montserrat', 700),
  orbitron: face('orbitron', 700),
  pacifico: face('pacifico', 400),
  playfair: face('playfair-display', 500),
  rubik: face('rubik', 900),
} as const;
