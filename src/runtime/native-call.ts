/**
 * What the thread that watches over this process sees of the main thread: [0] counts up while its event loop turns,
 * [1] is when the announced native call must be over (`process.hrtime.bigint()`), 0 outside one.
 */
export const pulse = new BigInt64Array(new SharedArrayBuffer(16));

let calls = 0;

/**
 * Runs something that blocks the event loop and says how long that may take, so that it is not taken for a hang.
 * Calls may overlap; the latest deadline holds until the last of them is over.
 * @param ms beyond this the process counts as hanging and is ended
 */
export async function announceNativeCall<Value>(
  ms: number,
  call: () => Value | Promise<Value>,
): Promise<Value> {
  const deadline = process.hrtime.bigint() + BigInt(Math.ceil(ms * 1e6));
  if (deadline > Atomics.load(pulse, 1)) Atomics.store(pulse, 1, deadline);
  calls++;
  try {
    return await call();
  } finally {
    calls--;
    if (calls === 0) Atomics.store(pulse, 1, 0n);
  }
}
