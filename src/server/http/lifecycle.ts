import { Injectable } from '@nestjs/common';

/** Whether the process takes requests. */
@Injectable()
export class Lifecycle {
  private readonly end = new AbortController();
  private listening = false;

  /** Fires when the server begins to stop: whoever holds a connection open lets it go. */
  readonly stopping: AbortSignal = this.end.signal;

  get state(): 'starting' | 'ok' | 'stopping' {
    if (this.stopping.aborted) return 'stopping';
    return this.listening ? 'ok' : 'starting';
  }

  started(): void {
    this.listening = true;
  }

  stop(): void {
    this.end.abort();
  }
}
