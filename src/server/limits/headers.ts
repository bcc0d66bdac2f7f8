import { scarcest, type Standing, windowMs } from './windows.js';

/**
 * What a caller is told of its limits: the documents' headers, which show the shortest window, and those of the IETF draft
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/), which show each. None promises more than what all
 * windows together give.
 * @param nowMs Unix time
 */
export function limitHeaders(standings: readonly Standing[], nowMs: number): Record<string, string> {
  const [shortest] = standings;
  const least = scarcest(standings);
  if (shortest === undefined || least === undefined) return {};
  const shown = least.remaining < shortest.remaining || least.remaining === 0 ? least : shortest;
  const items = standings.map(({ name, resetMs }, index) => {
    const longer = standings.slice(index).map(({ remaining }) => remaining);
    return `"${name}";r=${Math.min(...longer)};t=${seconds(resetMs)}`;
  });
  const policies = standings.map(({ name, limit }) => `"${name}";q=${limit};w=${seconds(windowMs[name])}`);
  return {
    'X-RateLimit-Limit': String(shortest.limit),
    'X-RateLimit-Remaining': String(least.remaining),
    'X-RateLimit-Reset': String(seconds(nowMs + shown.resetMs)),
    'RateLimit-Policy': policies.join(', '),
    RateLimit: items.join(', '),
  };
}

/** Rounded up: who comes back then is not a moment too early. */
export function seconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
