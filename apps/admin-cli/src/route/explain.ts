import type { Answered } from './answer.ts';
import type { Question } from './question.ts';

/** Answers a question; `proposedRules`, JSON text, count as the number's own. */
export type Explain = (question: Question, proposedRules?: string) => Promise<Answered>;
