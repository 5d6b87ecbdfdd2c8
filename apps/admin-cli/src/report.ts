/** What a command came to. */
export interface Report {
  /** The one document that `--json` prints. */
  readonly json: Readonly<Record<string, unknown>>;
  /** What a person reads. */
  readonly text: string;
  /** 0 when absent. */
  readonly exitCode?: 0 | 1 | 3;
}
