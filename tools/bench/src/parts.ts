/** The parts of a run; all but those asked for can be left out. */
export const PARTS = ['rates', 'latency', 'changes', 'decide', 'memory'] as const;
export type Part = (typeof PARTS)[number];
