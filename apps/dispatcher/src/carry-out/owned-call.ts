import { roomName } from '@dialplane/calls';
import type {
  Attempt,
  AttemptMove,
  Call,
  CallEventKind,
  CallRepository,
  DialMode,
  HappenedEvent,
  NewAttempt,
  PermitOutcome,
} from '@dialplane/calls';
import { DatabaseUnavailableError } from '@dialplane/database';
import type { LiveKitClient } from '@dialplane/livekit';
import type { Logger } from '@dialplane/telemetry';

import type { CallFeed } from '../call-feed.ts';
import { hasReached } from '../has-reached.ts';
import type { Milestone } from '../has-reached.ts';
import type { OpenedCredential } from '../read-credential.ts';
import { createMoments } from './create-moments.ts';
import { DroppedCall } from './dropped-call.ts';
import { isNews } from './is-news.ts';
import type { HeldLease } from './leases.ts';
import { movedCall, permittedCall } from './moved-call.ts';

export interface OwnedCallParts {
  readonly calls: CallRepository;
  readonly feed: CallFeed;
  readonly logger: Logger;
}

/** The pause before the database is tried again, in milliseconds: doubled each time up to the longest. */
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * A call that this process carries out: where it stands as far as this process knows, and the ways to move it on.
 * All waiting ends, by a DroppedCall, when the lease is lost. Writes are tried again while the database is away.
 */
export class OwnedCall {
  readonly held: HeldLease;
  readonly logger: Logger;
  /** Of a target whose attempt was not begun yet, when it was just read. */
  credential: OpenedCredential | undefined;
  /** Where to act for each attempt, by its number. */
  readonly clients = new Map<number, LiveKitClient>();
  /** Attempts, by number, whose room may stand. */
  readonly standing = new Set<number>();
  /** Deletions of rooms that go on beside the call. */
  readonly discarding = new Set<Promise<void>>();
  /** SIP participants and agents, by identity, that were told of already. */
  readonly strangers = new Set<string>();
  /** Whether the process stops. */
  isRetiring = false;
  /** When this process began with the current attempt, by `performance.now()`. */
  begunAt = performance.now();
  /** The agent to watch, where it is not on the attempt. */
  agentIdentity: string | null = null;

  private readonly parts: OwnedCallParts;
  private current: Call;
  /** Attempts that this process wrote, and whose room it has not asked for yet. */
  private readonly fresh = new Set<number>();
  private readonly moments = createMoments();
  private readonly waiters = new Set<() => void>();
  private readonly left = new AbortController();
  private isStale = false;
  private criticals = 0;
  private wakeUp = (): void => undefined;

  constructor(parts: OwnedCallParts, held: HeldLease, call: Call, isNew: boolean) {
    this.parts = parts;
    this.held = held;
    this.current = call;
    this.logger = parts.logger.child({ callLogId: call.id });
    this.moments.read(call, performance.now());
    if (isNew) this.fresh.add(call.attempts.length);
    // Whoever had it before may have asked for any of their rooms.
    else for (const { number } of call.attempts) this.standing.add(number);
    held.signal.addEventListener('abort', () => this.wake(), { once: true });
    void this.follow(call.lastEvent);
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
    if (permit !== null && permit.holder !== 'dispatcher') return `agent-${permit.holder}`;
    const { agentIdentity, dialRequestedBy } = this.attempt;
    if (dialRequestedBy !== null) return `agent-${dialRequestedBy}`;
    return agentIdentity ?? this.agentIdentity;
  }

  get isCancelled(): boolean {
    return this.current.cancelledAt !== null;
  }

  /** Whether this process wrote the current attempt and has not asked for its room. */
  get isFresh(): boolean {
    return this.fresh.has(this.attempt.number);
  }

  /** From here on the room may have been asked for. */
  spendFresh(): void {
    this.fresh.delete(this.attempt.number);
  }

  /** Moves the current attempt. False: it stands elsewhere than it was known to; the view is renewed. */
  async move(move: AttemptMove): Promise<boolean> {
    const { number } = this.attempt;
    let tries = 0;
    const isMoved = await this.persistently(() => {
      tries++;
      return this.parts.calls.move(this.held.lease, number, move);
    });
    if (isMoved) {
      this.adopt(movedCall(this.current, number, move));
      this.parts.feed.nudge(this.current.id);
      return true;
    }
    await this.held.recheck();
    await this.refresh();
    // An earlier try may have been committed although its answer was lost.
    return tries > 1 && this.attempt.number === number && this.attempt.state === move.to;
  }

  /** Writes the next attempt. False: the call was cancelled or moved otherwise; the view is renewed. */
  async startAttempt(targetIndex: number, dialMode: DialMode): Promise<boolean> {
    const number = this.attempt.number + 1;
    const room = roomName(this.current.id, number);
    const attempt: NewAttempt = { number, targetIndex, dialMode, room };
    const started = await this.persistently(() => this.parts.calls.startAttempt(this.held.lease, attempt));
    if (!started) await this.held.recheck();
    await this.refresh();
    // With its lost answer an attempt is this process's all the same: nobody else writes any while the lease stands.
    const isOurs = started || (this.attempt.number === number && this.attempt.state === 'planned');
    if (isOurs) {
      this.fresh.add(number);
      this.begunAt = performance.now();
      this.agentIdentity = null;
    }
    this.parts.feed.nudge(this.current.id);
    return isOurs;
  }

  /** Asks for the permit, for this process to dial. */
  async grantPermit(): Promise<PermitOutcome> {
    const { tenantId, id } = this.current;
    const claim = { holder: 'dispatcher', nonce: null, lease: this.held.lease };
    await this.held.confirm();
    const outcome = await this.persistently(() =>
      this.parts.calls.grantPermit(tenantId, id, this.attempt.number, claim),
    );
    // Nothing is read in between: the token of the dial is short-lived.
    if (outcome.kind === 'granted') {
      this.moments.granted();
      this.adopt(permittedCall(this.current));
    } else await this.refresh();
    this.parts.feed.nudge(id);
    return outcome;
  }

  async note(kind: CallEventKind, evidence: string): Promise<void> {
    await this.persistently(() => this.parts.calls.note(this.held.lease, this.attempt.number, kind, evidence));
    this.parts.feed.nudge(this.current.id);
  }

  /** Reads where the call stands. */
  async refresh(): Promise<void> {
    const { tenantId, id } = this.current;
    this.isStale = false;
    const readAt = performance.now();
    const call = await this.persistently(() => this.parts.calls.get(tenantId, id));
    if (call === undefined) throw new DroppedCall('its row is gone');
    this.moments.read(call, readAt);
    this.adopt(call);
  }

  /** Waits, but no longer than until something is known anew. */
  async pause(ms: number): Promise<void> {
    this.mayGoOn();
    if (!this.isStale) await this.sleep(ms);
    this.mayGoOn();
    if (this.isStale) await this.refresh();
  }

  /** Ends a pause. */
  wake(): void {
    this.wakeUp();
  }

  /** Does what must not be interrupted by the process's stop. */
  async critically<T>(work: () => Promise<T>): Promise<T> {
    this.criticals++;
    try {
      return await work();
    } finally {
      this.criticals--;
    }
  }

  /** The process stops: the call is dropped at the next pause outside of what is critical. */
  retire(): void {
    this.isRetiring = true;
    this.wake();
  }

  /** For how long the permit has been granted, or the callee been there, at least; in milliseconds. */
  elapsedMs(since: 'permit' | 'answer'): number {
    return this.moments.elapsedMs(since);
  }

  /** Resolves to the call once it has come that far; undefined when this process carries it out no longer. */
  until(milestone: Milestone): Promise<Call | undefined> {
    return new Promise((resolve) => {
      const look = (): void => {
        const isThere = hasReached(this.current, milestone);
        if (!isThere && !this.left.signal.aborted) return;
        this.waiters.delete(look);
        resolve(isThere ? this.current : undefined);
      };
      this.waiters.add(look);
      look();
    });
  }

  /** This process has finished with the call, or lost it. */
  leave(): void {
    this.left.abort();
    this.tellWaiters();
  }

  private mayGoOn(): void {
    this.held.signal.throwIfAborted();
    if (this.isRetiring && this.criticals === 0) throw new DroppedCall('the process stops');
  }

  private async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      if (this.held.signal.aborted) this.wakeUp();
    });
    this.wakeUp = () => undefined;
    this.held.signal.throwIfAborted();
  }

  private async persistently<T>(work: () => Promise<T>): Promise<T> {
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        this.held.signal.throwIfAborted();
        return await work();
      } catch (error) {
        if (!(error instanceof DatabaseUnavailableError)) throw error;
        this.logger.warn({ err: error }, 'the database does not answer for a call that is carried out');
      }
      await this.sleep(pause);
    }
  }

  private async follow(after: number): Promise<void> {
    const signal = AbortSignal.any([this.held.signal, this.left.signal]);
    for await (const event of this.parts.feed.watch(this.current.id, after, signal)) this.hear(event);
  }

  private hear(event: HappenedEvent): void {
    if (!isNews(this.current, event)) return;
    this.isStale = true;
    this.wake();
  }

  private adopt(call: Call): void {
    if (call.answeredAt !== null) this.moments.answered();
    this.current = call;
    this.tellWaiters();
  }

  private tellWaiters(): void {
    for (const look of [...this.waiters]) look();
  }
}
