/** Nodes of a pipeline with the pipelines it uses dissolved, and of a job's graph with its loops expanded, at most. */
export const maxNodes = 20_000;
/** Pipelines used within one another, at most. */
export const maxNesting = 32;
/** Values that the inputs of the nodes of a job's graph take, each element of a list that is put together counted, at most. */
export const maxReferences = 200_000;
/** Characters of a flattened graph's values and bindings as JSON, at most: values are copied to wherever they are used. */
export const maxGraphCharacters = 8 * 1024 * 1024;
/** Lists and choices within one another in one binding of a flattened graph, at most. */
export const maxBindingDepth = 128;
