import type * as OnnxRuntime from 'onnxruntime-node';

export type Runtime = typeof OnnxRuntime;

let loading: Promise<Runtime> | undefined;

/** The native library, loaded when the first session wants it: it takes 40 MB and some ten milliseconds. */
export function loadRuntime(): Promise<Runtime> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Runtime> {
  const { default: runtime } = (await import('onnxruntime-node')) as unknown as { default: Runtime };
  // What goes wrong is thrown as well; the library would also write it to stderr, with its paths.
  runtime.env.logLevel = 'fatal';
  return runtime;
}
