import { ROLES } from '../../roles.ts';

/** What happened to calls: rows are only ever added. */
export function callEvents(tenantIdType: string, callIdType: string): string[] {
  const { dispatcher, admin } = ROLES;
  const own = `tenant_id = NULLIF(current_setting('app.tenant_id', true), '')::${tenantIdType}`;
  return [
    `CREATE TABLE voice_call_events (
  tenant_id ${tenantIdType} NOT NULL,
  call_id ${callIdType} NOT NULL,
  number integer NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  attempt integer NOT NULL,
  kind text NOT NULL,
  reason text,
  sip_code integer,
  evidence text NOT NULL,
  PRIMARY KEY (tenant_id, call_id, number)
)`,
    `ALTER TABLE voice_call_events ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY dialplane_read ON voice_call_events FOR SELECT TO ${dispatcher}, ${admin} USING (${own})`,
    `CREATE POLICY dialplane_insert ON voice_call_events FOR INSERT TO ${dispatcher} WITH CHECK (${own})`,
    `CREATE POLICY dialplane_wall ON voice_call_events AS RESTRICTIVE TO ${dispatcher}, ${admin} USING (${own})`,
    `GRANT SELECT, INSERT ON voice_call_events TO ${dispatcher}`,
    `GRANT SELECT ON voice_call_events TO ${admin}`,
  ];
}
