import type { Drawing } from '../drawing.js';

/** As designers open it: a group for each part, colours as attributes, the name as the title; nothing is fetched or run. */
export function toSvg({ title, width, height, ground, shapes }: Drawing): string {
  const groups = groupsOf(shapes).map(
    ({ group, paths }) => `  <g id="${group}">\n${paths.join('\n')}\n  </g>`,
  );
  const sheet = ground === null ? [] : [`  <rect width="${width}" height="${height}" fill="${ground}"/>`];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `  <title>${escape(title)}</title>`,
    ...sheet,
    ...groups,
    '</svg>',
    '',
  ].join('\n');
}

/** Shapes that follow each other in one group; a group that comes again gets a number, as ids are unique. */
function groupsOf(shapes: Drawing['shapes']): { group: string; paths: string[] }[] {
  const groups: { kind: string; group: string; paths: string[] }[] = [];
  for (const { group: kind, fill, d } of shapes) {
    const path = `    <path fill="${fill}" d="${d}"/>`;
    const last = groups.at(-1);
    if (last?.kind === kind) {
      last.paths.push(path);
      continue;
    }
    const count = groups.filter((group) => group.kind === kind).length;
    groups.push({ kind, group: count === 0 ? kind : `${kind}-${count + 1}`, paths: [path] });
  }
  return groups;
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (character) => ({ '&': '&amp;', '<': '&lt;' })[character] ?? '&gt;');
}
