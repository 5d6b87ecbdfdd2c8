import { readServerUrl, toE164 } from '@dialplane/tenancy';

import { configProblems } from './config-problems.ts';
import type { Kept } from './line-tables.ts';
import type { NumberTable } from './number-table.ts';
import type { OwnedIds } from './owned-ids.ts';
import type { DeploymentEntry, TenantEntry, TrunkEntry } from '../routing-view.ts';
import type { ProblemPlace, ProblemsOfRow, RowProblem, SnapshotRows, TableName } from './snapshot.ts';
import type { SnapshotTables } from './snapshot-tables.ts';

/** The tables that have rows with problems, in the order in which they are looked through. */
export const PROBLEM_TABLES = [
  'users',
  'tenants',
  'voice_agent_numbers',
  'voice_agent_livekit',
  'deployments',
  'trunks',
] as const satisfies readonly TableName[];
type ProblemTable = (typeof PROBLEM_TABLES)[number];
const NONE: readonly RowProblem[] = [];

interface Look {
  readonly length: number;
  readonly problems: (row: number) => readonly RowProblem[];
}

/** Looks through row after row, from a place on; undefined for each that can be used as it is. */
export function* findProblems(tables: SnapshotTables, from?: ProblemPlace): Generator<ProblemsOfRow | undefined> {
  const looks = looksInto(tables);
  const first = from === undefined ? 0 : PROBLEM_TABLES.findIndex((table) => table === from.table);
  for (const table of PROBLEM_TABLES.slice(Math.max(first, 0))) {
    const { length, problems } = looks[table];
    for (let row = table === from?.table ? from.row : 0; row < length; row++) {
      const found = problems(row);
      yield found.length === 0 ? undefined : { table, row, problems: found };
    }
  }
}

function looksInto(tables: SnapshotTables): Readonly<Record<ProblemTable, Look>> {
  const { users, tenants, numbers, configs, deployments, trunks } = tables;
  return {
    users: { length: users.words.length, problems: (row) => userProblems(users, row) },
    tenants: { length: tenants.length, problems: (row) => tenantProblems(tenants.at(row)) },
    voice_agent_numbers: { length: numbers.words.length, problems: (row) => numberProblems(numbers, row) },
    voice_agent_livekit: {
      length: configs.length,
      problems: (row) => {
        const config = configs.at(row);
        return config === undefined ? NONE : configProblems(config);
      },
    },
    deployments: {
      length: deployments.length,
      problems: (row) => {
        const line = deployments.at(row);
        return line === undefined ? NONE : deploymentProblems(line);
      },
    },
    trunks: {
      length: trunks.length,
      problems: (row) => {
        const line = trunks.at(row);
        return line === undefined ? NONE : trunkProblems(line);
      },
    },
  };
}

function userProblems(users: OwnedIds, row: number): readonly RowProblem[] {
  if (!users.words.isRow(row) || users.hasOwner(row)) return NONE;
  const { id } = users.row(row);
  const problem: RowProblem = {
    table: 'users',
    rowId: id,
    tenantId: null,
    problem: 'The user is in more than one tenant, and is taken for a user of none.',
    hint: `See whose users there are: dialplane user list --tenant <tenant id>; no command removes one: as the database's owner, DELETE FROM users WHERE id = '${id}' AND tenant_id = '<tenant id>', for the tenant that it is not in; until then callers can name the tenant (tenant_id) instead of the user`,
  };
  return [problem];
}

/** A tenant that other rows name, without a row of its own, has no defaults that could be wrong. */
function tenantProblems(tenant: TenantEntry | undefined): readonly RowProblem[] {
  if (tenant?.defaults.kind !== 'problem') return NONE;
  const { id, defaults } = tenant;
  const problem: RowProblem = {
    table: 'tenants',
    rowId: id,
    tenantId: id,
    problem: `The tenant's routing defaults cannot be read: ${defaults.problem}`,
    hint: `See them: dialplane tenant defaults show ${id}; and set others: dialplane tenant defaults set ${id} --file <yaml>`,
  };
  return [problem];
}

function numberProblems(numbers: NumberTable, row: number): readonly RowProblem[] {
  if (!numbers.words.isRow(row)) return NONE;
  const reading = numbers.reading(row);
  const isIncomplete = numbers.isIncomplete(row);
  if (reading.kind === 'ok' && !isIncomplete) return NONE;
  const id = numbers.id(row);
  const tenantId = numbers.tenantId(row);
  const about = { table: 'voice_agent_numbers', rowId: id, tenantId } as const;
  const number = toE164(numbers.parts(row)) ?? id;
  const found: RowProblem[] = [];
  if (isIncomplete) {
    found.push({
      ...about,
      problem: 'The base number and the country code do not make an E.164 number.',
      hint: `See it: dialplane number list --tenant ${tenantId}; mend it as the database's owner: UPDATE voice_agent_numbers SET base_number = '<digits>', country_code = '<code>' WHERE id = '${id}'; or add it anew: dialplane number add --base <digits> --country <code> --tenant ${tenantId}`,
    });
  }
  if (reading.kind === 'problem') {
    found.push({
      ...about,
      problem: `The number's rules cannot be read: ${reading.problem}`,
      hint: `See them: dialplane number rules show ${number} --tenant ${tenantId}; and set others: dialplane number rules set ${number} --file <yaml> --tenant ${tenantId}`,
    });
  }
  return found;
}

function deploymentProblems({
  row: { origin },
  entry: { facts },
}: Kept<SnapshotRows['deployments'], DeploymentEntry>): readonly RowProblem[] {
  const about = { table: 'deployments', rowId: origin, tenantId: null } as const;
  const found: RowProblem[] = [];
  const meant = originMeant(origin);
  if (meant !== origin) {
    const set = `dialplane deployment set ${meant ?? '<origin>'}`;
    found.push({
      ...about,
      problem: `The row counts for nothing, not for switching the deployment off either: ${whatIsWrong(meant)}`,
      hint: `Set the deployment: ${set} [--enable|--disable]; and take the row out: DELETE FROM deployments WHERE origin = ${quoted(origin)}`,
    });
  }
  if (facts.kind === 'problem') {
    found.push({
      ...about,
      problem: `The deployment's limits or headers cannot be read: ${facts.problem}`,
      hint: `Set others: dialplane deployment set ${origin} --limits <file> --headers <file>`,
    });
  }
  return found;
}

function trunkProblems({
  row: { deploymentOrigin, sipTrunkId, tenantId },
  entry: { facts },
}: Kept<SnapshotRows['trunks'], TrunkEntry>): readonly RowProblem[] {
  const owner = tenantId === null ? '--operator' : `--tenant ${tenantId}`;
  const about = { table: 'trunks', rowId: `${deploymentOrigin} ${sipTrunkId}`, tenantId } as const;
  const found: RowProblem[] = [];
  const meant = originMeant(deploymentOrigin);
  if (meant !== deploymentOrigin) {
    const set = `dialplane trunk set ${sipTrunkId} --deployment ${meant ?? '<origin>'} ${owner}`;
    const where = `deployment_origin = ${quoted(deploymentOrigin)} AND sip_trunk_id = ${quoted(sipTrunkId)}`;
    found.push({
      ...about,
      problem: `The row counts for nothing, not for whose the trunk is either: ${whatIsWrong(meant)}`,
      hint: `Set the trunk: ${set} [--enable|--disable]; and take the row out: DELETE FROM trunks WHERE ${where}`,
    });
  }
  if (facts.kind === 'problem') {
    found.push({
      ...about,
      problem: `The trunk's limits or headers cannot be read: ${facts.problem}`,
      hint: `Set others: dialplane trunk set ${sipTrunkId} --deployment ${deploymentOrigin} ${owner} --limits <file> --headers <file>`,
    });
  }
  return found;
}

/** The origin that a LiveKit config with this URL has, which is what rows are looked up by; undefined when it is none. */
function originMeant(written: string): string | undefined {
  const reading = readServerUrl(written);
  return reading.kind === 'ok' ? reading.serverUrl.origin : undefined;
}

const whatIsWrong = (meant: string | undefined): string =>
  meant === undefined ? 'its origin is none.' : `its origin is to be written ${meant}.`;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
