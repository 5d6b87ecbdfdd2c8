import type { z } from 'zod';

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

/** What is wrong with a value, to be read after its path; never repeats the value. For zod's `error` parameter. */
export function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === undefined) return 'is missing';
      if (issue.expected === 'string' && typeof issue.input === 'number')
        return 'is a number where text is wanted; put it in quotes';
      return `is not ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `is none of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      if (issue.origin === 'array') return 'is empty';
      return issue.inclusive ? `is less than ${issue.minimum}` : `is not more than ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array' || issue.origin === 'object'
        ? `has more than ${issue.maximum} entries`
        : `is more than ${issue.maximum}`;
    case 'invalid_key':
      return issue.issues[0]?.message;
    default:
      return undefined;
  }
}
