const seconds = 1000;
const minutes = 60 * seconds;
const hours = 60 * minutes;

/** How long to wait after the first, second … try that failed: https://www.standardwebhooks.com and our reliability catalogue. */
const pausesMs = [
  5 * seconds,
  5 * minutes,
  30 * minutes,
  2 * hours,
  5 * hours,
  10 * hours,
  14 * hours,
  20 * hours,
  24 * hours,
];

/** The first try and one after each pause. */
export const maxTries = pausesMs.length + 1;
