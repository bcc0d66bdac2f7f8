/** Bytes that may wait for a reader before it is served from the history again, once it has caught up. */
export const roomLimitBytes = 1_000_000;

/** Bytes that are kept for a reader of what has no history; one that is further behind is let go. */
export const heldLimitBytes = 64_000_000;

/** A reader that takes longer than this to catch up is let go; it may come back with the last number it has seen. */
export const slownessLimitMs = 30_000;
