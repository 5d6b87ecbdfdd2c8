import { ROLES } from '../../roles.ts';

interface Column {
  readonly type: string;
  /** What rows of before have in it; the column is then required. */
  readonly default?: string;
}

/** What is added to tables that may be there already. Those of before were dialled by their agents. */
const COLUMNS: Readonly<Record<'voice_call_logs' | 'call_attempts', Readonly<Record<string, Column>>>> = {
  voice_call_logs: {
    on_agent_lost: { type: 'text' },
    fence: { type: 'integer', default: '0' },
    lease_holder: { type: 'text' },
    lease_until: { type: 'timestamptz' },
    cancelled_at: { type: 'timestamptz' },
    permit_attempt: { type: 'integer' },
    permit_at: { type: 'timestamptz' },
    permit_holder: { type: 'text' },
    permit_nonce: { type: 'text' },
    permit_fence: { type: 'integer' },
    dialed_at: { type: 'timestamptz' },
    ringing_at: { type: 'timestamptz' },
    answered_at: { type: 'timestamptz' },
    ended_at: { type: 'timestamptz' },
    hung_up_by: { type: 'text' },
    last_event: { type: 'integer', default: '0' },
  },
  call_attempts: {
    target_index: { type: 'integer', default: '0' },
    dial_mode: { type: 'text', default: `'legacy'` },
    sip_code: { type: 'integer' },
    agent_identity: { type: 'text' },
    dial_requested_by: { type: 'text' },
  },
};

/** The columns that this migration adds to tables that may be there already, with their types. */
export const CALL_COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.fromEntries(
  Object.entries(COLUMNS).map(([table, columns]) => [
    table,
    Object.fromEntries(Object.entries(columns).map(([name, { type }]) => [name, type])),
  ]),
);

/** The dispatcher writes all of them; what an attempt was started with stays as it is. */
export function callColumns(): string[] {
  const { dispatcher, admin } = ROLES;
  const names = (table: keyof typeof COLUMNS): string => Object.keys(COLUMNS[table]).join(', ');
  return [
    ...Object.entries(COLUMNS).map(
      ([table, columns]) => `ALTER TABLE ${table}\n  ${Object.entries(columns).map(addColumn).join(',\n  ')}`,
    ),
    ...(['voice_call_logs', 'call_attempts'] as const).flatMap((table) => [
      `GRANT SELECT (${names(table)}), INSERT (${names(table)}) ON ${table} TO ${dispatcher}`,
      `GRANT SELECT (${names(table)}) ON ${table} TO ${admin}`,
    ]),
    `GRANT UPDATE (${names('voice_call_logs')}) ON voice_call_logs TO ${dispatcher}`,
    `GRANT UPDATE (sip_code, agent_identity, dial_requested_by) ON call_attempts TO ${dispatcher}`,

    // Pages of a tenant's calls, newest first; and the calls that somebody has to carry out, oldest first. No lease is
    // in an index: renewing one then writes no more than the row.
    `CREATE INDEX dialplane_voice_call_logs_pages ON voice_call_logs (tenant_id, created_at DESC, id DESC) WHERE targets IS NOT NULL`,
    `CREATE INDEX dialplane_voice_call_logs_open ON voice_call_logs (created_at)
       WHERE targets IS NOT NULL AND state IN ('accepted', 'in_progress', 'unknown')`,
  ];
}

function addColumn([name, { type, default: value }]: [string, Column]): string {
  return `ADD COLUMN IF NOT EXISTS ${name} ${type}${value === undefined ? '' : ` NOT NULL DEFAULT ${value}`}`;
}
