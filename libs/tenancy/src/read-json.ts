import type { z } from 'zod';

import { describeIssue } from './describe-issue.ts';
import { describeProblem } from './describe-problem.ts';
import { isLongerThan } from './is-longer-than.ts';
import type { Reading } from './rules.ts';

/** The longest JSON text of rules, defaults, limits or header profiles that is read, in characters. */
export const MAX_RULES_LENGTH = 64 * 1024;

/** Holds JSON against a schema. `root` is what a problem's path begins with. Never throws. */
export function readJson<Schema extends z.ZodType, T>(
  root: string,
  schema: Schema,
  json: unknown,
  toValue: (parsed: z.output<Schema>) => T,
): Reading<T> {
  if (isLongerThan(json, MAX_RULES_LENGTH)) return tooLong(root);
  return parse(root, schema, json, toValue);
}

/** The same for JSON text. */
export function readJsonText<Schema extends z.ZodType, T>(
  root: string,
  schema: Schema,
  text: string,
  toValue: (parsed: z.output<Schema>) => T,
): Reading<T> {
  if (text.length > MAX_RULES_LENGTH) return tooLong(root);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { kind: 'problem', problem: `${root}: is not JSON` };
  }
  return parse(root, schema, json, toValue);
}

function parse<Schema extends z.ZodType, T>(
  root: string,
  schema: Schema,
  json: unknown,
  toValue: (parsed: z.output<Schema>) => T,
): Reading<T> {
  const parsed = schema.safeParse(json ?? {}, { error: describeIssue });
  if (!parsed.success) return { kind: 'problem', problem: describeProblem(root, parsed.error) };
  return { kind: 'ok', value: toValue(parsed.data) };
}

function tooLong(root: string): Reading<never> {
  return { kind: 'problem', problem: `${root}: is longer than ${MAX_RULES_LENGTH} characters of JSON` };
}
