import { expect } from '@jest/globals';

import type { Snapshot, Staging } from '../../src/index.ts';
import { TABLES, model } from './model-snapshot.ts';
import type { Change, ModelTables } from './model-snapshot.ts';
import { NUMBERS, ORIGINS, ROW_IDS, TENANT_IDS, TRUNK_IDS, WRITTEN } from './random-changes.ts';

export function apply(staging: Staging, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.kind === 'put') staging.put(change.table, change.row);
    else staging.remove(change.table, change.key);
  }
}

/** Fails unless the snapshot has the rows of the model, and answers as the model does, whatever it is asked. */
export function expectSame(snapshot: Snapshot, tables: ModelTables): void {
  for (const table of TABLES) {
    expect(snapshot.counts[table]).toBe(tables[table].size);
    expect(sorted(snapshot.rows(table))).toEqual(sorted(tables[table].values()));
  }
  expect(problemRows(snapshot)).toEqual(model.problemRows(tables));
  for (const id of [...ROW_IDS, ...TENANT_IDS, 'nobody']) {
    expect(snapshot.tenantIdOfUser(id)).toBe(model.tenantIdOfUser(tables, id));
    expect(snapshot.tenantIdOfAgent(id)).toBe(model.tenantIdOfAgent(tables, id));
    expect(snapshot.tenant(id)).toStrictEqual(model.tenant(tables, id));
    expect(snapshot.config(id)).toStrictEqual(model.config(tables, id));
  }
  for (const origin of ORIGINS) {
    expect(snapshot.deployment(origin)).toStrictEqual(model.deployment(tables, origin));
    for (const id of TRUNK_IDS) expect(snapshot.trunk(origin, id)).toStrictEqual(model.trunk(tables, origin, id));
  }
  const written = new Set(WRITTEN);
  for (const { baseNumber } of tables.voice_agent_numbers.values()) written.add(baseNumber).add(`+1${baseNumber}`);
  for (const tenantId of TENANT_IDS) {
    for (const number of NUMBERS)
      expect(snapshot.doNotCall(tenantId, number)).toBe(model.doNotCall(tables, tenantId, number));
    for (const number of written) {
      const found = snapshot.numbersMeant(tenantId, number);
      const meant = model.numbersMeant(tables, tenantId, number);
      // Most are none, and asking the matcher takes longer than all the rest.
      if (found.length > 0 || meant.length > 0) expect([number, found]).toStrictEqual([number, meant]);
    }
  }
}

function problemRows(snapshot: Snapshot): string[] {
  const problems = [...snapshot.findProblems()].flatMap((row) => row?.problems ?? []);
  return [...new Set(problems.map(({ table, rowId }) => `${table} ${rowId}`))].sort();
}

function sorted(rows: Iterable<object>): string[] {
  return Array.from(rows, (row) => JSON.stringify(Object.entries(row).sort())).sort();
}
