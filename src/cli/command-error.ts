/** How a command ends, as scripts see it. */
export const exitCodes = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Ends a command with a sentence and, below it, a line for each problem. */
export class CommandError extends Error {
  constructor(
    message: string,
    readonly problems: readonly string[] = [],
    readonly exitCode: ExitCode = exitCodes.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'CommandError';
  }
}

/** The command was not written as it has to be. */
export function misused(message: string, problems: readonly string[] = []): CommandError {
  return new CommandError(message, problems, exitCodes.usage);
}
