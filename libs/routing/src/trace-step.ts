import type { StepName, TraceStep } from './decision.ts';
import type { Refusal } from './rejections.ts';

export const passed = (step: StepName, lookedAt: string, concluded: string): TraceStep => ({
  step,
  outcome: 'passed',
  lookedAt,
  concluded,
});

export const noted = (step: StepName, lookedAt: string, concluded: string): TraceStep => ({
  step,
  outcome: 'noted',
  lookedAt,
  concluded,
});

export const refused = (step: StepName, lookedAt: string, refusal: Refusal): TraceStep => ({
  step,
  outcome: 'refused',
  lookedAt,
  concluded: refusal.message,
  refusal,
});
