const ofScale = /^x(\d+)\//;

/**
 * Which of a model's graphs makes a picture `wanted` times larger: a model may bring, beside the one it is known by, smaller ones
 * for lower scales in folders `x2/`, `x3/` and so on. The smallest scale that is enough is the least work.
 * @returns the path of the graph inside the model
 */
export function graphFor(files: readonly string[], wanted: number): string {
  const graphs = files.filter((file) => file.endsWith('.onnx'));
  const lower = graphs
    .map((graph) => ({ graph, scale: Number(ofScale.exec(graph)?.[1]) }))
    .filter(({ scale }) => scale >= wanted)
    .sort((a, b) => a.scale - b.scale);
  return lower[0]?.graph ?? graphs.find((graph) => !ofScale.test(graph)) ?? graphs[0] ?? 'model.onnx';
}
