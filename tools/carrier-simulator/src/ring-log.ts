import { closeSync, openSync, writeSync } from 'node:fs';

/** What is known of one callee of one room. */
export interface RingCount {
  readonly room: string;
  /** The participant's. */
  readonly identity: string;
  /** INVITEs sent: more than one and the person is, or may be, called twice. */
  readonly invites: number;
  /** How many of them rang. */
  readonly rang: number;
  readonly answered: number;
}

/** One line of the file. Nothing is ever changed in it; a new process appends. */
export interface RingRecord {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly event: 'invite' | 'rang' | 'answered' | 'over';
  /** `SCL_…`: one INVITE. */
  readonly sipCallId: string;
  readonly room: string;
  readonly identity: string;
  readonly number: string;
  readonly sipTrunkId: string;
  /** Only of `over`: why, for example `refused 486`, `room_deleted` or `callee_hung_up`. */
  readonly why?: string;
}

export interface RingLog {
  /** In the file when it returns: no kill of this process takes it back. */
  write(record: Omit<RingRecord, 'at'>): void;
  /** Since the start of this process. */
  counts(): RingCount[];
  close(): void;
}

/** Counts in memory and, when a file is named, appends each record to it. Throws when that cannot be opened. */
export function openRingLog(file: string | undefined): RingLog {
  const descriptor = file === undefined ? undefined : openSync(file, 'a');
  const counts = new Map<string, { -readonly [K in keyof RingCount]: RingCount[K] }>();
  return {
    write(record) {
      if (descriptor !== undefined) {
        const line: RingRecord = { at: new Date().toISOString(), ...record };
        writeSync(descriptor, `${JSON.stringify(line)}\n`);
      }
      const { room, identity, event } = record;
      const key = JSON.stringify([room, identity]);
      const count = counts.get(key) ?? { room, identity, invites: 0, rang: 0, answered: 0 };
      counts.set(key, count);
      if (event === 'invite') count.invites += 1;
      if (event === 'rang') count.rang += 1;
      if (event === 'answered') count.answered += 1;
    },
    counts: () => [...counts.values()].map((count) => ({ ...count })),
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}
