import { agentIdentity, DISPATCHER_HOLDER } from '@dialplane/calls';
import type { Attempt, Call } from '@dialplane/calls';

import type { Milestone } from '../has-reached.ts';
import { createCallWaiters } from './call-waiters.ts';
import type { CallWaiters } from './call-waiters.ts';
import { createMoments } from './create-moments.ts';

/** Where a call stands, as far as this process knows. */
export class KnownCall {
  readonly moments = createMoments();
  /** The agent to watch, where it is not on the attempt. */
  agentIdentity: string | null = null;

  private current: Call;
  private readonly waiters: CallWaiters;
  private readonly left = new AbortController();

  constructor(call: Call) {
    this.current = call;
    this.waiters = createCallWaiters(() => this.current, this.left.signal);
    this.moments.read(call, performance.now());
  }

  get call(): Call {
    return this.current;
  }

  /** The call's last attempt, which is the current one. */
  get attempt(): Attempt {
    const attempt = this.current.attempts.at(-1);
    if (attempt === undefined) throw new Error(`Call ${this.current.id} has no attempt.`);
    return attempt;
  }

  /** The identity of the permit's holder in the room, or of who is to be it; null while it is not known. */
  get watchedAgent(): string | null {
    const { permit } = this.current;
    if (permit !== null && permit.holder !== DISPATCHER_HOLDER) return agentIdentity(permit.holder);
    const { agentIdentity: seen, dialRequestedBy } = this.attempt;
    if (dialRequestedBy !== null) return agentIdentity(dialRequestedBy);
    return seen ?? this.agentIdentity;
  }

  get isCancelled(): boolean {
    return this.current.cancelledAt !== null;
  }

  /** Resolves to the call once it has come that far; undefined when this process carries it out no longer. */
  until(milestone: Milestone): Promise<Call | undefined> {
    return this.waiters.until(milestone);
  }

  /** This process has finished with the call, or lost it. */
  leave(): void {
    this.left.abort();
    this.waiters.tell();
  }

  /** Aborted by `leave`. */
  protected get leaving(): AbortSignal {
    return this.left.signal;
  }

  /** The call stands there now. */
  protected adopt(call: Call): void {
    this.moments.stands(call);
    this.current = call;
    this.waiters.tell();
  }
}
