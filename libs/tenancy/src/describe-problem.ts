import type { z } from 'zod';

const PROBLEM_MAX_LENGTH = 500;
const KEY_MAX_LENGTH = 40;

/** One line that names the place and what is wrong there: `rules.carriers[0].priority: is not a whole number`. */
export function describeProblem(root: string, error: z.core.$ZodError): string {
  // A misspelt key explains the missing one beside it.
  const issue = error.issues.find(({ code }) => code === 'unrecognized_keys') ?? error.issues[0];
  if (issue === undefined) return `${root}: cannot be read`;
  const others = error.issues.length - 1;
  const more = others > 0 ? ` (and ${others} more)` : '';
  const place = root + issue.path.map(pathElement).join('');
  const text = `${place}: ${issue.message}`.slice(0, PROBLEM_MAX_LENGTH - more.length);
  return text + more;
}

/** A key as it was written, in quotes, cut to a readable length, and nothing in it but printable ASCII. */
export function quoteKey(key: string): string {
  const cut = key.length > KEY_MAX_LENGTH ? `${key.slice(0, KEY_MAX_LENGTH)}…` : key;
  return JSON.stringify(cut).replace(
    /[^\x20-\x7e…]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function pathElement(element: PropertyKey): string {
  if (typeof element === 'number') return `[${element}]`;
  const key = String(element);
  return /^[A-Za-z_][A-Za-z0-9_]{0,39}$/.test(key) ? `.${key}` : `[${quoteKey(key)}]`;
}
