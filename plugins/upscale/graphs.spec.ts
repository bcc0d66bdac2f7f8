import { graphFor } from './graphs.js';

describe('the graph of an upscaler', () => {
  const both = ['x2/model.onnx', 'model.onnx', 'README.md'];

  it.each([
    [1.5, 'x2/model.onnx'],
    [2, 'x2/model.onnx'],
    [2.5, 'model.onnx'],
    [4, 'model.onnx'],
    [8, 'model.onnx'],
  ])('for %d times is the least that is enough', (wanted, graph) => {
    expect(graphFor(both, wanted)).toBe(graph);
  });

  it('is the only one that a model has', () => {
    expect(graphFor(['4x.onnx'], 2)).toBe('4x.onnx');
    expect(graphFor(['x2/model.onnx'], 4)).toBe('x2/model.onnx');
  });
});
