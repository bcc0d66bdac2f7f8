import type { FromWorker } from './protocol.js';

/** The way to the server. Messages are collected and leave together when the event loop turns, in their order. */
export class ServerLink {
  private waiting: FromWorker[] = [];
  private due = false;

  constructor(private readonly deliver: (messages: FromWorker[]) => void) {}

  send(message: FromWorker): void {
    this.waiting.push(message);
    if (this.due) return;
    this.due = true;
    setImmediate(() => this.flush());
  }

  /** Sends everything now: before code runs that may take the process down. */
  flush(): void {
    this.due = false;
    if (this.waiting.length === 0) return;
    const messages = this.waiting;
    this.waiting = [];
    this.deliver(messages);
  }
}
