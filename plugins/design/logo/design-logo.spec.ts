import { contrast } from '../colours/colour.js';
import { createRandom } from '../../../packages/sdk/src/random.js';
import { designLogo, type LogoRequest } from './design-logo.js';
import { type LayoutName, layoutNames } from './layouts/names.js';
import { styleNames } from './styles.js';

const design = (request: Partial<LogoRequest>, seed = 1) =>
  designLogo(
    { text: 'Bean There', style: 'modern', colours: [], transparent: false, ...request },
    createRandom(BigInt(seed)),
  );

type Logo = Awaited<ReturnType<typeof design>>;

function colours({ drawing: { ground, shapes } }: Logo): Set<string> {
  return new Set([...(ground === null ? [] : [ground]), ...shapes.map(({ fill }) => fill)]);
}

describe('a logo', () => {
  it('is the same for the same seed and another for others', async () => {
    expect(await design({})).toEqual(await design({}));
    const others = await Promise.all([2, 3, 4, 5, 6].map(async (seed) => (await design({}, seed)).drawing));
    expect(new Set(others.map((drawing) => JSON.stringify(drawing))).size).toBeGreaterThan(3);
  });

  it.each(styleNames)('in the style %s has at least four layouts to be drawn from', async (style) => {
    const drawn = await Promise.all(Array.from({ length: 24 }, (_, seed) => design({ style }, seed)));
    expect(new Set(drawn.map(({ facts }) => facts.layout)).size).toBeGreaterThanOrEqual(4);
  });

  it.each(styleNames.flatMap((style) => layoutNames.map((layout) => [style, layout] as const)))(
    'in the style %s and the layout %s has every colour asked for, readable letters and all shapes on its sheet',
    async (style, layout) => {
      const asked = ['#FF5733', '#3498db', '#fff', 'gold', '#0b3954'];
      for (const [turn, count] of [2, 5].entries()) {
        const given = [...asked.slice(turn), ...asked].slice(0, count);
        const logo = await design({ style, layout, colours: given }, count + 10 * turn);
        const found = colours(logo);
        const named: Record<string, string> = { '#fff': '#ffffff', gold: '#ffd700' };
        expect([...found]).toEqual(expect.arrayContaining(given.map((colour) => named[colour] ?? colour)));
        expect(logo.facts.contrast).toBeGreaterThanOrEqual(4.5);
        expect(outside(logo)).toEqual([]);
      }
    },
  );

  it('writes the name in a pair of the colours where one can be read on the other', async () => {
    const { facts } = await design({ colours: ['navy', '#fffdd0'], layout: 'underline' });
    expect(facts).toMatchObject({ colors: expect.arrayContaining(['#000080', '#fffdd0']), notes: [] });
  });

  it('says so when none of the colours can be read, and keeps them in the shapes', async () => {
    const logo = await design({ colours: ['#ff8c00'], layout: 'side', transparent: true });
    expect(logo.facts).toMatchObject({
      background: 'transparent',
      colors: expect.arrayContaining(['#ff8c00']),
      notes: [
        expect.stringMatching(/^None of the colours can be read on #ffffff, so the name is written in #/),
      ],
    });
    const name = logo.drawing.shapes.find(({ group }) => group === 'name');
    expect(contrast(name!.fill, '#ffffff')).toBeGreaterThan(10);
    expect(logo.drawing.ground).toBeNull();
  });

  it('without a ground has even white, and is then made for something dark', async () => {
    const white = await design({ colours: ['white'], layout: 'underline', transparent: true });
    expect(white.facts).toMatchObject({
      colors: ['#ffffff'],
      notes: ['It is made to stand on something dark.'],
    });
    const both = await design({ colours: ['white', 'black'], layout: 'side', transparent: true });
    expect([...colours(both)]).toEqual(expect.arrayContaining(['#000000', '#ffffff']));
  });

  it.each([
    ['Latin with marks', 'Łódź Çelik Ñandú Þór'],
    ['Vietnamese', 'Nguyễn Phở'],
    ['Greek', 'Ελληνικά Γράμματα'],
    ['Cyrillic', 'Кофе и книги'],
    ['Greek and Cyrillic at once', 'Ωμέγα Щука'],
    ['decomposed letters', 'Cafe\u0301'],
    ['signs', '100 % “Fish & <Chips>” © №'],
    ['one letter', 'ß'],
    ['60 letters without a space', 'Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikation'],
  ])('letters %s in every style', async (_, text) => {
    for (const style of styleNames) {
      const { drawing } = await design({ text, style });
      expect(drawing.title).toBe(text.normalize('NFC'));
      expect(drawing.shapes.some(({ d }) => d.includes('NaN'))).toBe(false);
    }
  });

  it('has Greek capitals without accents', async () => {
    const plain = await design({ text: 'ΕΛΛΗΝΙΚΑ', style: 'bold', layout: 'underline' });
    const accented = await design({ text: 'Ελληνικά', style: 'bold', layout: 'underline' });
    expect(accented.drawing.shapes).toEqual(plain.drawing.shapes);
  });

  it.each([
    ['你好', 'The fonts have no letters for “你”, “好”: write the name in Latin, Greek or Cyrillic letters.'],
    ['שלום', 'The fonts have no letters for'],
    ['Pizza 🍕', 'A logo is lettered without emoji: leave out “🍕”'],
    ['I ❤️ NY', 'A logo is lettered without emoji'],
    ['👩‍👩‍👧', 'A logo is lettered without emoji'],
    [' \t\n', 'The name needs at least one letter or digit.'],
    ['\u200b\u202e', 'The name needs at least one letter or digit.'],
    ['—', 'The name needs at least one letter or digit.'],
    ['\ud800', 'The name needs at least one letter or digit.'],
  ])('of %j is refused with a sentence that says why', async (text, message) => {
    for (const style of styleNames) {
      await expect(design({ text, style })).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringContaining(message),
      });
    }
  });

  it.each(['#12', 'rgb(1,2,3)', 'nocolour', 'transparent', '#ff573380', ''])(
    'in the colour %j is refused',
    async (colour) => {
      await expect(design({ colours: [colour] })).rejects.toMatchObject({
        code: 'invalid-input',
        message: expect.stringContaining(`“${colour}” is not a colour`),
      });
    },
  );

  it.each<[LayoutName, string]>([
    ['tiles', 'Extraordinary Company'],
    ['ribbon', 'A name that is longer than any ribbon'],
    ['badge', 'A name that is so long that it would go around twice'],
  ])('in the layout %s is refused where the name is too long for it', async (layout, text) => {
    await expect(design({ text, layout })).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringMatching(/holds names of up to .*leave layout out/),
    });
  });
});

/** Numbers of shapes that reach beyond the sheet. */
function outside({ drawing: { width, height, shapes } }: Logo): string[] {
  const numbers = shapes.flatMap(({ d }) => d.match(/[MLQC][^MLQCZ]*/g) ?? []);
  return numbers.filter((step) => {
    const values = step.slice(1).split(' ').map(Number);
    return values.slice(-2).some((value, index) => value < 0 || value > (index === 0 ? width : height));
  });
}
