import { readFile } from 'node:fs/promises';

import { RoomServiceClient } from 'livekit-server-sdk';

import type { AgentEntry } from '../agents/agent-log.ts';
import type { Answer, CallRow, EventRow, Evidence, Invite } from './evidence.ts';
import { isOver } from './find-violations.ts';
import type { Sql } from './install-audit.ts';

export interface Sources {
  readonly sql: Sql;
  readonly schema: string;
  /** What callers were told. */
  readonly answers: readonly Answer[];
  readonly agents: readonly AgentEntry[];
  /** The carrier simulators' own records. */
  readonly ringFiles: readonly string[];
  /** Rooms of callees that have not been hung up, as the carriers have it. */
  readonly calleesOnTheLine: readonly string[];
  /** Is told what became of each room that was looked into. */
  readonly onSuspect: (line: string) => void;
  /** Every node: not the simulators. */
  readonly liveKit: readonly { readonly url: string; readonly apiKey: string; readonly apiSecret: string }[];
}

/** Reads every source as it is: the tables as their owner, the carriers' files, and LiveKit itself. */
export async function readEvidence(sources: Sources): Promise<Evidence> {
  const { sql, schema, answers, agents } = sources;
  const table = (name: string): string => `"${schema}".${name}`;
  const calls = await sql<CallRow>(
    `SELECT c.id::text AS id, c.tenant_id::text AS "tenantId", c.state, c.reason, c.last_event AS "lastEvent",
            ARRAY(SELECT a.room FROM ${table('call_attempts')} a WHERE a.call_id = c.id ORDER BY a.number) AS rooms,
            (1000 * coalesce(extract(epoch FROM clock_timestamp() - c.lease_until), 1e6))::float8 AS "leaseOverMs"
     FROM ${table('voice_call_logs')} c`,
  );
  const events = await sql<EventRow>(
    `SELECT e.call_id::text AS "callId", e.number, e.attempt, e.kind, e.reason, e.evidence, e.at::text AS at, a.dial_mode AS "dialMode",
            coalesce(w.writer, 'nobody') AS writer
     FROM ${table('voice_call_events')} e
     LEFT JOIN ${table('call_attempts')} a ON a.call_id = e.call_id AND a.number = e.attempt
     LEFT JOIN chaos.writers w ON w.call_id = e.call_id::text AND w.number = e.number
     ORDER BY e.call_id, e.number`,
  );
  const keys = await sql<Answer>(
    `SELECT tenant_id::text AS "tenantId", key, call_id::text AS "callId" FROM ${table('idempotency_keys')}`,
  );
  const foreign = await sql<{ call_id: string; writer: string; owner: string }>(
    'SELECT DISTINCT call_id, writer, owner FROM chaos.foreign_lease_writes',
  );
  return {
    answers,
    calls,
    keys,
    events,
    invites: (await Promise.all(sources.ringFiles.map(readInvites))).flat(),
    grants: agents
      .filter(({ what }) => what === 'permit_granted')
      .map(({ callId, jobId, nonce }) => ({ callId, holder: `${jobId} ${nonce}` })),
    foreignLeaseWrites: foreign.map(
      ({ call_id, writer, owner }) => `${call_id}: its lease was written by ${writer} while ${owner} held it`,
    ),
    livingRooms: await readLivingRooms(
      sources,
      calls.flatMap(({ state, rooms }) => (isOver(state) ? rooms : [])),
    ),
  };
}

interface RingLine extends Invite {
  readonly event: string;
}

/** One record an INVITE. A file that ends in the middle of a line was cut by a kill: that line was never a ring. */
async function readInvites(file: string): Promise<Invite[]> {
  const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1);
  return lines
    .map((line) => JSON.parse(line) as RingLine)
    .filter(({ event }) => event === 'invite')
    .map(({ identity }) => ({ identity }));
}

/**
 * Those of the rooms, all of calls that are over, with a callee on the line, or with an agent that says that it has not left. A node that was killed
 * leaves rooms behind in Redis, with whoever was in them, that are nowhere: LiveKit lists them, and cannot delete them;
 * and a simulated callee does not notice when its room is gone. So each one is deleted here, at the end of a run, to learn whether it was one.
 */
async function readLivingRooms(
  { liveKit, agents, calleesOnTheLine, onSuspect }: Sources,
  rooms: readonly string[],
): Promise<string[]> {
  const [node] = liveKit;
  if (node === undefined) return [];
  const service = new RoomServiceClient(node.url, node.apiKey, node.apiSecret, { failover: false });
  const left = new Set(agents.filter(({ what }) => what === 'left').map(({ jobId }) => `agent-${jobId}`));
  const ours = new Set(rooms);
  const suspects = new Set(calleesOnTheLine.filter((room) => ours.has(room)));
  for (const { name } of await service.listRooms()) {
    if (!ours.has(name)) continue;
    const participants = await service.listParticipants(name).catch(() => []);
    if (participants.some(({ identity }) => !left.has(identity))) suspects.add(name);
  }
  const living: string[] = [];
  for (const room of suspects) {
    const outcome = await service.deleteRoom(room).then(
      () => 'deleted',
      (error: { code?: string; message?: string }) => error.code ?? error.message ?? 'failed',
    );
    if (outcome === 'deleted') living.push(room);
    onSuspect(`${room} with somebody in it: ${outcome}`);
  }
  return living;
}
