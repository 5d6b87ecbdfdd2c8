/** One question of the doctor's, and its answer. */
export type Step =
  | { readonly name: StepName; readonly outcome: 'passed' | 'noted'; readonly finding: string }
  | {
      readonly name: StepName;
      readonly outcome: 'failed';
      readonly finding: string;
      readonly reason: string;
      readonly hint: string;
      readonly isOutOfReach: boolean;
    }
  | { readonly name: StepName; readonly outcome: 'not_reached' | 'not_asked'; readonly finding: string };

/** In the order in which they are asked. */
export const STEP_NAMES = ['tenant', 'number', 'rules', 'config', 'secret', 'server', 'key', 'trunk', 'agent'] as const;
export type StepName = (typeof STEP_NAMES)[number];

export const passed = (name: StepName, finding: string): Step => ({ name, outcome: 'passed', finding });

export const failed = (name: StepName, reason: string, finding: string, hint: string, isOutOfReach = false): Step => ({
  name,
  outcome: 'failed',
  reason,
  finding,
  hint,
  isOutOfReach,
});
