import { DISPATCHER_HOLDER, movedCall, permittedCall, roomName } from '@dialplane/calls';
import type {
  AttemptMove,
  Call,
  CallEventKind,
  CallRepository,
  DialMode,
  NewAttempt,
  PermitOutcome,
} from '@dialplane/calls';
import type { Logger } from '@dialplane/telemetry';

import type { CallFeed } from '../call-feed.ts';
import type { OpenedCredential } from '../targets/read-credential.ts';
import { createCallRooms } from './call-rooms.ts';
import { DroppedCall } from './dropped-call.ts';
import { isNews } from './is-news.ts';
import { KnownCall } from './known-call.ts';
import type { HeldLease } from './leases.ts';
import { createPace } from './pace.ts';
import type { Pace } from './pace.ts';
import { persistently } from './persistently.ts';

export interface OwnedCallParts {
  readonly calls: Pick<CallRepository, 'move' | 'startAttempt' | 'grantPermit' | 'note' | 'get'>;
  readonly feed: CallFeed;
  readonly logger: Logger;
}

/**
 * A call that this process carries out, and the ways to move it on. All waiting ends, by a DroppedCall, when the lease
 * is lost. Writes are tried again while the database is away.
 */
export class OwnedCall extends KnownCall {
  readonly held: HeldLease;
  readonly logger: Logger;
  readonly pace: Pace;
  readonly rooms = createCallRooms();
  /** Of a target whose attempt was not begun yet, when it was just read. */
  credential: OpenedCredential | undefined;

  private readonly parts: OwnedCallParts;
  private isStale = false;

  constructor(parts: OwnedCallParts, held: HeldLease, call: Call, isNew: boolean) {
    super(call);
    this.parts = parts;
    this.held = held;
    this.logger = parts.logger.child({ callLogId: call.id });
    this.pace = createPace(held.signal);
    if (isNew) this.rooms.unasked.add(call.attempts.length);
    // Whoever had it before may have asked for any of their rooms.
    else for (const { number } of call.attempts) this.rooms.standing.add(number);
    void this.follow(call.lastEvent);
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
      this.foresee(movedCall(this.call, number, move, new Date()));
      this.parts.feed.wrote(this.call.id);
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
    const room = roomName(this.call.id, number);
    const attempt: NewAttempt = { number, targetIndex, dialMode, room };
    const started = await this.persistently(() => this.parts.calls.startAttempt(this.held.lease, attempt));
    if (!started) await this.held.recheck();
    await this.refresh();
    // With its lost answer an attempt is this process's all the same: nobody else writes any while the lease stands.
    const isOurs = started || (this.attempt.number === number && this.attempt.state === 'planned');
    if (isOurs) {
      this.rooms.unasked.add(number);
      this.agentIdentity = null;
    }
    this.parts.feed.wrote(this.call.id);
    return isOurs;
  }

  /** Asks for the permit, for this process to dial. */
  async grantPermit(): Promise<PermitOutcome> {
    const { tenantId, id } = this.call;
    const claim = { holder: DISPATCHER_HOLDER, nonce: null, lease: this.held.lease };
    await this.held.confirm();
    const outcome = await this.persistently(() =>
      this.parts.calls.grantPermit(tenantId, id, this.attempt.number, claim),
    );
    // Nothing is read in between: the token of the dial is short-lived.
    if (outcome.kind === 'granted') {
      this.moments.granted();
      this.foresee(permittedCall(this.call, { ...claim, isAgent: false }, new Date()));
    } else await this.refresh();
    this.parts.feed.wrote(id);
    return outcome;
  }

  /** Adds an event that moves nothing. */
  async note(kind: CallEventKind, evidence: string): Promise<void> {
    await this.persistently(() => this.parts.calls.note(this.held.lease, this.attempt.number, kind, evidence));
    this.parts.feed.wrote(this.call.id);
  }

  /** Reads where the call stands. */
  async refresh(): Promise<void> {
    const { tenantId, id } = this.call;
    this.isStale = false;
    const readAt = performance.now();
    const call = await this.persistently(() => this.parts.calls.get(tenantId, id));
    if (call === undefined) throw new DroppedCall('its row is gone');
    this.moments.read(call, readAt);
    this.adopt(call);
  }

  /** Waits, but no longer than until something is known anew. */
  async pause(ms: number): Promise<void> {
    this.pace.throwIfLetGo();
    if (!this.isStale) await this.pace.sleep(ms);
    this.pace.throwIfLetGo();
    if (this.isStale) await this.refresh();
  }

  /** The call as it has to stand after a write of ours, unread. The events of others in between are yet to be heard of. */
  private foresee(call: Call): void {
    this.adopt({ ...call, lastEvent: this.call.lastEvent });
  }

  /** Does it, and does it again while the database is away. */
  persistently<T>(work: () => Promise<T>): Promise<T> {
    return persistently(work, this.pace.sleep, this.held.signal, this.logger);
  }

  private async follow(after: number): Promise<void> {
    const signal = AbortSignal.any([this.held.signal, this.leaving]);
    for await (const event of this.parts.feed.watch(this.call.id, after, signal, 'patient')) {
      if (!isNews(this.call, event)) continue;
      this.isStale = true;
      this.pace.wake();
    }
  }
}
