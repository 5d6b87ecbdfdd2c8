import type { DeploymentEvent, StoredWebhook, WebhookStore } from '@dialplane/calls';

import type { Database } from '../open-database.ts';

interface Row {
  readonly origin: string;
  readonly event_id: string;
  readonly event: string;
  readonly room: string | null;
  readonly participant_identity: string | null;
  readonly participant_kind: string | null;
  readonly participant_attributes: Readonly<Record<string, string>> | null;
  readonly disconnect_reason: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly created_at: Date;
}

export function createWebhookStore(db: Database): WebhookStore {
  return {
    store: async ({ origin, id, kind, createdAt, room, participant, redactedBody }, owners) => {
      const row = {
        origin,
        event_id: id,
        event: kind,
        room,
        participant_identity: participant?.identity,
        participant_kind: participant?.kind,
        participant_attributes: participant?.attributes,
        disconnect_reason: participant?.disconnectReason,
        body: redactedBody,
        created_at: createdAt,
      };
      const sql = `SELECT "${db.schema}".store_livekit_webhook($1, $2) AS became`;
      const values = [withoutNul(JSON.stringify(row)), owners];
      const [stored] = await db.query<{ became: StoredWebhook }>(null, sql, values);
      return stored?.became ?? 'known';
    },

    ofRoom: async (tenantId, room) => {
      const rows = await db.query<Row>(
        tenantId,
        `SELECT origin, event_id, event, room, participant_identity, participant_kind, participant_attributes, disconnect_reason,
                body, created_at
         FROM "${db.schema}".livekit_webhooks WHERE tenant_id = $1 AND room = $2 ORDER BY received_at`,
        [tenantId, room],
      );
      return rows.map(toEvent);
    },

    prune: async (keepMs, limit) => {
      const sql = `SELECT "${db.schema}".prune_livekit_webhooks($1 * interval '1 millisecond', $2) AS pruned`;
      const [row] = await db.query<{ pruned: number }>(null, sql, [keepMs, limit]);
      return row?.pruned ?? 0;
    },
  };
}

/** PostgreSQL stores no NUL; anybody in a room may have put one into an attribute. */
function withoutNul(json: string): string {
  return json.replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, '$1\\ufffd');
}

function toEvent(row: Row): DeploymentEvent {
  return {
    origin: row.origin,
    id: row.event_id,
    kind: row.event,
    createdAt: row.created_at,
    room: row.room ?? undefined,
    participant:
      row.participant_identity === null
        ? undefined
        : {
            identity: row.participant_identity,
            kind: row.participant_kind ?? '',
            attributes: row.participant_attributes ?? {},
            disconnectReason: row.disconnect_reason ?? undefined,
          },
    redactedBody: row.body,
  };
}
