import type { RequestOptions } from './options.js';
import type { Transport } from './transport.js';

export interface Profile {
  id: string;
  email: string;
  plan: string;
  credits: number;
}

export class User {
  constructor(private readonly transport: Transport) {}

  profile({ signal }: RequestOptions = {}): Promise<Profile> {
    return this.transport.get('/user/profile', { signal });
  }
}
