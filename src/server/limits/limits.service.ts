import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host.js';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import type { Config } from '../../config.js';
import type { Quota } from '../accounts/plans.js';
import type { Principal } from '../accounts/principal.js';
import { CONFIG } from '../config.token.js';
import { Counts } from './counts.js';
import { refusal } from './refusal.js';
import { quotaOf } from './quotas.js';
import { type Standing, standingsOf, windowMs, type WindowName, windowNames } from './windows.js';

/** Whose request of which dialect it is, and what is allowed. */
interface Asked {
  account: string;
  quota: Quota;
}

/**
 * How much each account may ask of each dialect, whatever key it uses. This is the guard of @nestjs/throttler, which Nest itself
 * would ask only once a body has been read, and never for a message on a socket.
 */
@Injectable()
export class Limits extends ThrottlerGuard {
  constructor(
    @Inject(CONFIG) private readonly config: Pick<Config, 'kreaQuotas'>,
    @Inject(Counts) private readonly counts: Counts,
    @Inject(Reflector) reflector: Reflector,
  ) {
    const throttlers = windowNames.map((name) => ({
      name,
      ttl: windowMs[name],
      blockDuration: 0,
      skipIf: (context: ExecutionContext) => askedOf(context).quota[name] === undefined,
      limit: (context: ExecutionContext) => askedOf(context).quota[name] ?? 0,
    }));
    super({ throttlers, setHeaders: false }, counts, reflector);
  }

  /** Counts a request, if it may be made. @throws Failure `rate-limited`, which counts nowhere */
  async take(caller: Principal, dialect: string): Promise<void> {
    const asked = this.ask(caller, dialect);
    if (Object.keys(asked.quota).length === 0) return;
    await this.canActivate(new ExecutionContextHost([asked], Limits, Limits.prototype.take));
  }

  /** Where a caller stands, from the shortest window to the longest; empty without limits. */
  standings(caller: Principal, dialect: string): Standing[] {
    return this.standingsOf(this.ask(caller, dialect));
  }

  protected override async getTracker(asked: Record<string, unknown>): Promise<string> {
    return (asked as unknown as Asked).account;
  }

  protected override generateKey(_context: ExecutionContext, account: string, window: string): string {
    return keyOf(account, window);
  }

  /** A shorter window has counted the request by now, and the caller shall have it back. */
  protected override async throwThrottlingException(
    context: ExecutionContext,
    refused: ThrottlerLimitDetail,
  ): Promise<void> {
    const asked = askedOf(context);
    for (const name of windowNames) {
      if (asked.quota[name] !== undefined && windowMs[name] < refused.ttl)
        this.counts.refund(keyOf(asked.account, name));
    }
    throw refusal(this.standingsOf(asked));
  }

  private ask(caller: Principal, dialect: string): Asked {
    const account = `${dialect} ${caller.anonymous ? 'anonymous' : caller.accountId}`;
    return { account, quota: quotaOf(caller, dialect, this.config.kreaQuotas) };
  }

  private standingsOf({ account, quota }: Asked): Standing[] {
    return standingsOf(quota, (name) => this.counts.find(keyOf(account, name)), this.counts.now);
  }
}

function keyOf(account: string, window: WindowName | string): string {
  return `${account} ${window}`;
}

function askedOf(context: ExecutionContext): Asked {
  return context.getArgByIndex<Asked>(0);
}
