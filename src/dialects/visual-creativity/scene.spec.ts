import { keysOf } from '../../server/styles/style.js';
import { type Complaint, findStyle, type Scene, toPrompt } from './scene.js';

const style = (id: string, prompt: string, aliases: string[] = [], negative_prompt?: string) => {
  const file = {
    id,
    name: id,
    description: '',
    prompt,
    aliases,
    negative_prompt,
    parameters: { artistic_style: '', color_scheme: '', lighting: '' },
  };
  return { ...file, keys: keysOf(file), previewPath: null };
};

const styles = [
  style('oil-painting', 'oil on canvas', ['oil', 'Gemälde'], 'photo'),
  style('watercolour', 'watercolour painting', ['aquarelle'], 'drawing'),
  style('night', 'moonlight'),
];

function promptOf(scene: Partial<Scene>) {
  const complaints: Complaint[] = [];
  return { ...toPrompt({ subjects: [], ...scene }, styles, complaints), complaints };
}

describe('the prompt of a scene', () => {
  it.each<[Partial<Scene>, string]>([
    [{ subjects: [{ type: 'cat' }] }, 'cat'],
    [{ subjects: [{ type: 'cat', pose: 'asleep' }] }, 'cat asleep'],
    [{ subjects: [{ pose: 'dancing' }] }, 'dancing'],
    [{ subjects: [{ type: 'cat' }, { type: 'dog', pose: 'arms_crossed' }] }, 'cat and dog arms crossed'],
    [{ subjects: [{ type: 'cat' }], background: { type: 'sea' } }, 'cat, sea in the background'],
    [{ background: { type: 'sea' } }, 'sea'],
    [{ subjects: [{ type: ' a  b\n' }] }, 'a b'],
    [{ subjects: [{ type: 'a\0b', pose: '\ud83d \u{1f600}' }] }, 'a b \u{1f600}'],
    [
      { subjects: [{ type: 'cat', style: 'oil' }], background: { style: 'night' } },
      'cat, oil on canvas, moonlight',
    ],
    [
      {
        subjects: [
          { type: 'cat', style: 'oil' },
          { type: 'dog', style: 'OIL' },
        ],
      },
      'cat and dog, oil on canvas',
    ],
  ])('of %j is “%s”', (scene, prompt) => {
    expect(promptOf(scene)).toMatchObject({ prompt, complaints: [] });
  });

  it('says what its styles are kept away from, and nothing where they say nothing', () => {
    const subjects = [{ type: 'cat', style: 'oil' }];
    expect(promptOf({ subjects, background: { style: 'aquarelle' } }).negativePrompt).toBe('photo, drawing');
    expect(promptOf({ subjects: [{ type: 'cat', style: 'night' }] })).not.toHaveProperty('negativePrompt');
  });

  it.each<[Partial<Scene>, Complaint['path'], RegExp]>([
    [{}, ['scene', 'subjects'], /at least one/],
    [{ subjects: [{ style: 'oil' }] }, ['scene', 'subjects'], /at least one/],
    [
      { subjects: [{ type: 'a' }, { type: 'b', style: 'oyl' }] },
      ['scene', 'subjects', 1, 'style'],
      /“oyl”.*“oil”/,
    ],
    [{ background: { type: 'a', style: 'zzzzzzzz' } }, ['scene', 'background', 'style'], /“zzzzzzzz”\. GET/],
  ])('complains of %j where it is wrong', (scene, path, message) => {
    expect(promptOf(scene).complaints).toEqual([{ path, message: expect.stringMatching(message) }]);
  });
});

describe('a style', () => {
  it.each([
    ['oil-painting', 'oil-painting'],
    ['OIL_PAINTING', 'oil-painting'],
    [' Oil  Painting ', 'oil-painting'],
    ['oilpainting style', 'oil-painting'],
    ['in the style of oil', 'oil-painting'],
    ['gemalde', 'oil-painting'],
    ['Watercolor', 'watercolour'],
    ['style', undefined],
    ['', undefined],
    ['__proto__', undefined],
  ])('written “%s” is %s', (word, id) => {
    expect(findStyle(word, styles)?.id).toBe(id);
  });
});
