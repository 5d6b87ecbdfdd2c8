import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';
import { ATTEMPT_TRANSITIONS, CALL_TRANSITIONS, REASONS } from '@dialplane/calls';

import { blocks, readPages, ROOT } from '../read-pages.ts';

const page = readPages().find(({ path }) => path === 'docs/dispatch.md');
if (page === undefined) throw new Error('There is no docs/dispatch.md.');
const [callDiagram, attemptDiagram] = blocks(page, 'mermaid').map(arrows);

/** The arrows of a state diagram, as `from → to`. */
function arrows(diagram: string): string[] {
  return [...diagram.matchAll(/^ *(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} → ${to}`);
}

function arrowsOf(table: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.entries(table).flatMap(([from, after]) => after.map((to) => `${from} → ${to}`));
}

describe('the diagrams', () => {
  test('of a call show its table', () => {
    expect(callDiagram?.toSorted()).toEqual(arrowsOf(CALL_TRANSITIONS).toSorted());
  });

  test('of an attempt show every state, and no step that the table forbids', () => {
    const allowed = arrowsOf(ATTEMPT_TRANSITIONS);
    expect(attemptDiagram?.filter((arrow) => !allowed.includes(arrow))).toEqual([]);
    const shown = new Set(attemptDiagram?.flatMap((arrow) => arrow.split(' → ')));
    expect([...shown].toSorted()).toEqual(Object.keys(ATTEMPT_TRANSITIONS).toSorted());
  });

  test('show the ends as ends', () => {
    const ends = (diagram: string) => [...diagram.matchAll(/^ *(\w+) --> \[\*\]/gm)].map((match) => match[1]);
    const final = (table: Readonly<Record<string, readonly string[]>>) =>
      Object.keys(table).filter((state) => table[state]?.length === 0);
    expect(blocks(page, 'mermaid').map(ends)).toEqual([final(CALL_TRANSITIONS), final(ATTEMPT_TRANSITIONS)]);
  });
});

test('every reason stands there with whose doing it is, as in the contract', () => {
  const proto = readFileSync(join(ROOT, 'proto/dialplane/v1/dispatcher.proto'), 'utf8');
  const inContract = [...proto.matchAll(/\/\/ \[([\w ]+)\][^=]*?CALL_REASON_(\w+) =/g)].map(
    ([, whose, reason]) => `${reason?.toLowerCase()}: ${whose}`,
  );
  expect(inContract.length).toBeGreaterThan(20);
  const [, table = ''] = page.text.split('## Why a call stands where it stands');
  const onPage = [...table.matchAll(/^\| `(\w+)` \| ([\w ]+) \|/gm)].map(([, reason, whose]) => `${reason}: ${whose}`);
  expect(onPage.toSorted()).toEqual(inContract.toSorted());
});

test('what may be tried next stands there of every reason, as in the table that decides', () => {
  const words = { another_target: 'another target', same_target: 'same target', nothing: '–' };
  const inTable = Object.entries(REASONS).map(
    ([reason, { next, trunk }]) => `${reason}: ${words[next]}${trunk === 'failed' ? ' after the permit' : ''}`,
  );
  const onPage = [...page.text.matchAll(/^\| `(\w+)` \| [\w ]+ \| ([\w –]+) \|/gm)].map(
    ([, reason, next]) => `${reason}: ${next}`,
  );
  expect(onPage.toSorted()).toEqual(inTable.toSorted());
});

test('every environment variable stands there with its default, as the dispatcher reads it', () => {
  const config = readFileSync(join(ROOT, 'apps/dispatcher/src/config.ts'), 'utf8');
  const constants = new Map(
    [...config.matchAll(/^const (\w+) = '?([\w.:]+)'?;/gm)].map(([, name, value]) => [name, value]),
  );
  const read = new Map(
    [...config.matchAll(/^ {2}([A-Z_]+): z.*?(?:\.default\((\w+)\))?,$/gm)].map(([, name, constant]) => [
      name,
      constants.get(constant)?.replaceAll('_', ''),
    ]),
  );
  const rows = [...page.text.matchAll(/^\| `([A-Z_]+)` \| (?:`([\w.:]+)`|[a-z ]+) \|/gm)];
  expect(rows.length).toBeGreaterThan(5);
  for (const [, name, value] of rows) expect([name, value, read.has(name)]).toEqual([name, read.get(name), true]);
});
