import type { Place } from '../yaml/place.ts';
import { readExpectation } from './expectation.ts';
import type { Expectation } from './expectation.ts';
import { QUESTION_KEYS, readQuestion } from './read-question.ts';
import type { Question } from './question.ts';

export interface Case {
  /** As the file names it, or where it stands. */
  readonly name: string;
  readonly question: Question;
  readonly expected: Expectation;
}

/** Reads the cases of a file: a list, or an object whose key `cases` has it. */
export function readCases(top: Place): Case[] {
  const place = Array.isArray(top.value) ? top : (top.object(['cases']).cases ?? top.fail('it holds no list of cases'));
  const cases = place.list().map((entry, index) => {
    const { name, expect, ...fields } = entry.object(['name', ...QUESTION_KEYS, 'expect']);
    const question = readQuestion(entry, fields);
    const expected = readExpectation(expect ?? entry.fail('has no expect, so that nothing is tested'));
    return { name: name?.text() ?? `case ${index + 1}: ${question.from} → ${question.to}`, question, expected };
  });
  return cases.length === 0 ? place.fail('it holds no case, so that nothing is tested') : cases;
}
