import { toE164 } from '@dialplane/tenancy';

import { configProblems } from './config-problems.ts';
import type { NumberTable } from './number-table.ts';
import type { OwnedIds } from './owned-ids.ts';
import type { RowProblem, SnapshotRows } from './snapshot.ts';
import type { SnapshotTables } from './snapshot-tables.ts';

/** How many rows are looked at before there is a chance to do something else. Each may have rules to read first. */
const SLICE_ROWS = 2_000;
const NONE: readonly RowProblem[] = [];

/** Rows that cannot be used as they are, in the order of tables and rows, some at a time. */
export function* findProblems(tables: SnapshotTables): Generator<readonly RowProblem[]> {
  const { users, tenants, numbers, configs, deployments, trunks } = tables;
  yield* inSlices(counting(users.words.length), (row) => userProblems(users, row));
  yield* inSlices(tenants.entries(), ({ id, defaults }) =>
    defaults.kind === 'ok' ? NONE : [tenantProblem(id, defaults.problem)],
  );
  yield* inSlices(counting(numbers.words.length), (row) => numberProblems(numbers, row));
  yield* inSlices(configs.all(), configProblems);
  yield* inSlices(deployments.all(), ({ row, entry: { facts } }) =>
    facts.kind === 'ok' ? NONE : [deploymentProblem(row, facts.problem)],
  );
  yield* inSlices(trunks.all(), ({ row, entry: { facts } }) =>
    facts.kind === 'ok' ? NONE : [trunkProblem(row, facts.problem)],
  );
}

function* counting(end: number): Generator<number> {
  for (let number = 0; number < end; number++) yield number;
}

function* inSlices<Row>(
  rows: Iterable<Row>,
  look: (row: Row) => readonly RowProblem[],
): Generator<readonly RowProblem[]> {
  let found: RowProblem[] = [];
  let left = SLICE_ROWS;
  for (const row of rows) {
    for (const problem of look(row)) found.push(problem);
    if (--left > 0) continue;
    yield found;
    found = [];
    left = SLICE_ROWS;
  }
  yield found;
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

function tenantProblem(id: string, problem: string): RowProblem {
  return {
    table: 'tenants',
    rowId: id,
    tenantId: id,
    problem: `The tenant's routing defaults cannot be read: ${problem}`,
    hint: `See them: dialplane tenant defaults show ${id}; and set others: dialplane tenant defaults set ${id} --file <yaml>`,
  };
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

function deploymentProblem({ origin }: SnapshotRows['deployments'], problem: string): RowProblem {
  return {
    table: 'deployments',
    rowId: origin,
    tenantId: null,
    problem: `The deployment's limits or headers cannot be read: ${problem}`,
    hint: `Set others: dialplane deployment set ${origin} --limits <file> --headers <file>`,
  };
}

function trunkProblem(row: SnapshotRows['trunks'], problem: string): RowProblem {
  const { deploymentOrigin, sipTrunkId, tenantId } = row;
  const owner = tenantId === null ? '--operator' : `--tenant ${tenantId}`;
  return {
    table: 'trunks',
    rowId: `${deploymentOrigin} ${sipTrunkId}`,
    tenantId,
    problem: `The trunk's limits or headers cannot be read: ${problem}`,
    hint: `Set others: dialplane trunk set ${sipTrunkId} --deployment ${deploymentOrigin} ${owner} --limits <file> --headers <file>`,
  };
}
