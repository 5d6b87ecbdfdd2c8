import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import {
  breakingProblem,
  bufProblem,
  lintProblem,
  personalFields,
  PROTOS,
  readTypes,
  RELEASED,
  unmarkedTokens,
  WORKSPACE,
} from './contract-checks.ts';

test('the protos are documented and in good style', () => {
  expect(lintProblem(PROTOS)).toBeUndefined();
});

test('the protos break nobody who was given the released contract', () => {
  expect(breakingProblem(PROTOS, RELEASED)).toBeUndefined();
});

test('a field that was marked as personal data still is', () => {
  expect(personalFields(readTypes(RELEASED))).not.toEqual([]);
  expect(personalFields(readTypes(PROTOS))).toEqual(expect.arrayContaining(personalFields(readTypes(RELEASED))));
});

test('what lets its bearer in is marked to be kept out of logs', () => {
  const types = readTypes(PROTOS);
  expect(personalFields(types)).toEqual(
    expect.arrayContaining([
      'dialplane.v1.PlaceDialRequest.token',
      'dialplane.v1.ClaimDialRequest.token',
      'dialplane.v1.ClaimDialResponse.report_token',
      'dialplane.v1.ReportDialRequest.token',
    ]),
  );
  expect(unmarkedTokens(types)).toEqual([]);
});

test('the generated code is what the protos generate: else run `npm run proto`', () => {
  const folder = mkdtempSync(join(tmpdir(), 'dialplane-generated-'));
  try {
    // Outputs are named relative to proto/: `../libs/…` lands beside the folder given here.
    expect(bufProblem(['generate', '-o', join(folder, 'proto')])).toBeUndefined();
    for (const generated of ['libs/contracts/src/gen', 'libs/telemetry/src/gen']) {
      expect(filesOf(join(folder, generated))).toEqual(filesOf(join(WORKSPACE, generated)));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The contents of every file by its path. */
function filesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((file) => join(file.parentPath, file.name)).sort();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), readFileSync(path, 'utf8')]));
}
