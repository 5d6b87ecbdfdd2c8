/** The parts of a run; all but those asked for can be left out. */
export const DISPATCH_PARTS = ['parts', 'sdk', 'hole', 'many'] as const;
export type DispatchPart = (typeof DISPATCH_PARTS)[number];

/** How much is measured. */
export interface DispatchSettings {
  readonly accepted: { readonly pairs: number; readonly turns: number; readonly warmUpTurns: number };
  readonly sdk: { readonly pairs: number; readonly turns: number; readonly burst: number };
  readonly hole: { readonly pairs: number; readonly seconds: number; readonly callsPerSecond: number };
  readonly sizes: { readonly few: number; readonly many: number };
  readonly many: { readonly pairs: number; readonly turns: number };
}

const FULL: DispatchSettings = {
  accepted: { pairs: 9, turns: 100, warmUpTurns: 2_000 },
  sdk: { pairs: 9, turns: 100, burst: 320 },
  hole: { pairs: 7, seconds: 20, callsPerSecond: 20 },
  sizes: { few: 10_000, many: 1_000_000 },
  many: { pairs: 9, turns: 20 },
};

const QUICK: DispatchSettings = {
  accepted: { pairs: 5, turns: 60, warmUpTurns: 1_000 },
  sdk: { pairs: 5, turns: 60, burst: 320 },
  hole: { pairs: 5, seconds: 12, callsPerSecond: 20 },
  sizes: { few: 10_000, many: 1_000_000 },
  many: { pairs: 5, turns: 10 },
};

/** Shows that the bench works; its figures say nothing. */
const SMOKE: DispatchSettings = {
  accepted: { pairs: 1, turns: 2, warmUpTurns: 1 },
  sdk: { pairs: 1, turns: 2, burst: 32 },
  hole: { pairs: 1, seconds: 2, callsPerSecond: 20 },
  sizes: { few: 300, many: 3_000 },
  many: { pairs: 1, turns: 2 },
};

export const DISPATCH_SETTINGS = { full: FULL, quick: QUICK, smoke: SMOKE };
export type DispatchMode = keyof typeof DISPATCH_SETTINGS;
