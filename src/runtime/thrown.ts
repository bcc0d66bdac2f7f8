const longestMessage = 1000;

/**
 * What a foreign error says, fit to be shown: one line, and of each path in it only the last name.
 * Never throws, whatever was thrown.
 */
export function messageOf(thrown: unknown): string {
  const line = textOf(thrown).split('\n', 1)[0] as string;
  return line.replace(absolutePath, '$1').slice(0, longestMessage);
}

/** The error with its stack, for the log. Never throws. */
export function stackOf(thrown: unknown): string {
  try {
    const stack: unknown = (thrown as Error | null | undefined)?.stack;
    return typeof stack === 'string' ? stack : textOf(thrown);
  } catch {
    return textOf(thrown);
  }
}

// `file:` URLs and paths of two names and more; a URL such as https://host/a/b stays, as its slashes follow a name or a colon.
const absolutePath =
  /(?:file:\/\/|(?<![\w:/.])[A-Za-z]:(?=[\\/])|(?<![\w:/.]))(?:[\\/][^\\/\s'"`:,;()]+)+[\\/]([^\\/\s'"`:,;()]+)/g;

function textOf(thrown: unknown): string {
  try {
    const message: unknown = (thrown as Error | null | undefined)?.message;
    return typeof message === 'string' && message !== '' ? message : String(thrown);
  } catch {
    return 'something that cannot be shown was thrown';
  }
}
