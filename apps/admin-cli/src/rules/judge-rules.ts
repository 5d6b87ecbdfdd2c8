import { isDeepStrictEqual } from 'node:util';

import { readRulesText, RULE_KEYS } from '@dialplane/tenancy';
import type { JsonTexts } from '@dialplane/tenancy';

import { refused } from '../refusal.ts';
import type { YamlFile } from '../yaml/read-yaml-file.ts';
import { danglingNames } from './dangling-names.ts';
import type { Dangling, Usable } from './dangling-names.ts';
import { parseStored } from './parse-stored.ts';
import { unknownKey } from './to-json-change.ts';
import { unmetRules } from './unmet-rules.ts';

/** A key that is not ours may stand in the file as it is stored: then it is no mistake, and stays as it is. */
export function refuseOtherKeys(
  file: YamlFile,
  others: Readonly<Record<string, unknown>>,
  before: string | null,
): void {
  const stored = (parseStored(before) ?? {}) as Readonly<Record<string, unknown>>;
  for (const [key, value] of Object.entries(others))
    if (!isDeepStrictEqual(stored[key], value)) file.fail([key], unknownKey(key, RULE_KEYS));
}

/**
 * What is worth a warning of the rules that a number would have. Refuses those that cannot be used, and those that
 * name what is not there and was not named before; `show` is the command that prints what the number has.
 */
export function judgeRules({ before, after }: JsonTexts, usable: Usable, number: string, show: string): Dangling[] {
  const reading = readRulesText(after);
  if (reading.kind === 'problem')
    throw refused(
      'rules_invalid',
      `With this change number ${number} would have rules that cannot be used: ${reading.problem}. Nothing was changed.`,
      `See what it has: ${show}`,
    );
  const old = readRulesText(before);
  const known = old.kind === 'ok' ? danglingNames(old.value, usable).map(({ problem }) => problem) : [];
  const dangling = danglingNames(reading.value, usable);
  const missing = dangling.filter(({ isOff, problem }) => !isOff && !known.includes(problem));
  if (missing[0] !== undefined)
    throw refused(
      'rules_name_nothing',
      `${missing.map(({ problem }) => problem).join('\n')}\nNothing was changed.`,
      missing[0].hint,
      { problems: missing.map(({ problem, hint }) => ({ problem, hint })) },
    );
  return [...dangling, ...unmetRules(reading.value, usable, number, show)];
}
