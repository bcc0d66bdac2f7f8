import { place, positions } from './place.js';

const area = { width: 100, height: 50 };
const item = { width: 20, height: 10 };
const plain = { margin: 0, x: 0, y: 0 } as const;

describe('where something is placed', () => {
  it('is at the edge or corner that its position names, otherwise in the middle', () => {
    const corners = positions.map((position) => place(item, area, { ...plain, position }));

    expect(corners.map(({ left }) => left)).toEqual([0, 40, 80, 0, 40, 80, 0, 40, 80]);
    expect(corners.map(({ top }) => top)).toEqual([0, 0, 0, 20, 20, 20, 40, 40, 40]);
  });

  it('keeps a part of the shorter side free at the edges, and none in the middle', () => {
    const placed = (position: (typeof positions)[number]) =>
      place(item, area, { ...plain, position, margin: 0.1 });

    expect(placed('top-left')).toEqual({ left: 5, top: 5 });
    expect(placed('bottom-right')).toEqual({ left: 75, top: 35 });
    expect(placed('center')).toEqual({ left: 40, top: 20 });
    expect(placed('right')).toEqual({ left: 75, top: 20 });
  });

  it('moves by the offset, also out of the area', () => {
    expect(place(item, area, { position: 'top-left', margin: 0, x: -30, y: 7 })).toEqual({
      left: -30,
      top: 7,
    });
  });

  it('centres what is larger than the area, so that it juts out on both sides', () => {
    expect(place({ width: 200, height: 150 }, area, { ...plain, position: 'center' })).toEqual({
      left: -50,
      top: -50,
    });
  });
});
