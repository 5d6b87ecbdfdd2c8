/** How much is measured, and for how long. */
export interface Settings {
  /** How many numbers the three databases have; the last is the one that all else is compared with. */
  readonly sizes: readonly number[];
  /** Different requests to each. */
  readonly requests: number;
  /** How often everything is measured in turn; each time gives one pair for each ratio. */
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  /** How long each server is warmed up before the first round. */
  readonly firstWarmUpSeconds: number;
  /** Pairs at the fixed rate, and how long each half takes. */
  readonly latencyPairs: number;
  readonly latencySeconds: number;
  /** Changes of one row each, under load. */
  readonly changes: number;
  /** Changes whose notification is lost. */
  readonly lostChanges: number;
  /** How many rows a big change has, and how often there is one. */
  readonly bigChangeRows: number;
  readonly bigChanges: number;
  readonly reloads: number;
  readonly decideRepetitions: number;
  readonly decideSeconds: number;
  /** How many numbers the memory of each is measured with. */
  readonly memoryNumbers: readonly number[];
  /** Whether the services that are not the router's own kind take part: Python, Node with SQL, Go. */
  readonly others: boolean;
}

const FULL: Settings = {
  sizes: [1_000, 100_000, 1_000_000],
  requests: 1_000_000,
  rounds: 7,
  warmUpSeconds: 1,
  seconds: 4,
  firstWarmUpSeconds: 5,
  latencyPairs: 7,
  latencySeconds: 10,
  changes: 1_000,
  lostChanges: 5,
  bigChangeRows: 100_000,
  bigChanges: 7,
  reloads: 5,
  decideRepetitions: 9,
  decideSeconds: 2,
  memoryNumbers: [1_000_000, 10_000_000],
  others: true,
};

const QUICK: Settings = {
  ...FULL,
  requests: 400_000,
  rounds: 5,
  warmUpSeconds: 0.4,
  seconds: 1.2,
  firstWarmUpSeconds: 2,
  latencyPairs: 5,
  latencySeconds: 3,
  lostChanges: 2,
  bigChanges: 3,
  reloads: 2,
  decideRepetitions: 5,
  decideSeconds: 1,
  memoryNumbers: [1_000_000],
};

/** Shows that the bench works; its figures say nothing. */
const SMOKE: Settings = {
  ...QUICK,
  sizes: [1_000],
  requests: 10_000,
  rounds: 2,
  warmUpSeconds: 0.1,
  seconds: 0.6,
  firstWarmUpSeconds: 1,
  latencyPairs: 2,
  latencySeconds: 0.6,
  changes: 5,
  lostChanges: 1,
  bigChangeRows: 100,
  bigChanges: 1,
  reloads: 1,
  decideRepetitions: 2,
  decideSeconds: 0.1,
  memoryNumbers: [],
  others: false,
};

export const SETTINGS = { full: FULL, quick: QUICK, smoke: SMOKE };
export type Mode = keyof typeof SETTINGS;
