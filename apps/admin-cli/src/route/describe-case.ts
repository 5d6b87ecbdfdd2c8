import { bold, CROSS, fields, TICK, visible } from '../text.ts';
import type { Answered } from './answer.ts';
import { outcomeOf } from './compare-answer.ts';
import type { Difference } from './compare-answer.ts';
import type { Case } from './read-cases.ts';

export interface JudgedCase {
  readonly case: Case;
  readonly answered: Answered;
  readonly differences: readonly Difference[];
}

/** One line for a case that holds; for one that does not, what was expected, what came, and why. */
export function caseText({ case: { name }, answered: { answer, decidedBy }, differences }: JudgedCase): string {
  if (differences.length === 0) return `${TICK} ${visible(name)}`;
  const why =
    decidedBy === undefined
      ? {}
      : { [`step ${visible(decidedBy.step)}`]: `${decidedBy.lookedAt}: ${decidedBy.concluded}` };
  const told = answer.kind === 'rejected' ? { said: answer.message, hint: answer.hint } : {};
  const compared = Object.fromEntries(
    differences.map(({ field, expected, actual }) => [field, `expected ${expected}, got ${actual}`]),
  );
  return `${CROSS} ${bold(visible(name))}\n${fields({ ...compared, ...why, ...told })}`;
}

export function verdictText(all: number, failed: number): string {
  const cases = all === 1 ? '1 case' : `${all} cases`;
  return failed === 0
    ? `${TICK} ${bold(`${cases}, all as expected`)}`
    : `${CROSS} ${bold(`${failed} of ${cases} not as expected`)}`;
}

export function caseJson({ case: { name, question, expected }, answered, differences }: JudgedCase) {
  const { answer, decidedBy, snapshotVersion } = answered;
  return {
    name,
    passed: differences.length === 0,
    question: { ...question, at: question.at?.toISOString() },
    expected,
    differences,
    outcome: outcomeOf(answer),
    answer,
    decidedBy:
      decidedBy === undefined
        ? null
        : { step: decidedBy.step, lookedAt: decidedBy.lookedAt, concluded: decidedBy.concluded },
    snapshotVersion,
  };
}
