import type { RoutingView } from '../routing-view.ts';

/** The rows of the routing tables, as a database or a file has them. Ids are text as PostgreSQL prints them. */
export interface SnapshotRows {
  /** `tenantId` null: the user is in more than one tenant, hence in none. */
  readonly users: { readonly id: string; readonly tenantId: string | null };
  readonly voice_agents: { readonly id: string; readonly tenantId: string | null };
  /** `defaults`: JSON text. */
  readonly tenants: { readonly id: string; readonly isActive: boolean; readonly defaults: string | null };
  /** `rules`: JSON text, of which no more than MAX_RULES_LENGTH + 1 characters need be given. */
  readonly voice_agent_numbers: {
    readonly id: string;
    readonly tenantId: string;
    readonly baseNumber: string;
    readonly countryCode: string;
    readonly rules: string | null;
    readonly isActive: boolean;
  };
  readonly voice_agent_livekit: {
    readonly id: string;
    readonly tenantId: string | null;
    readonly name: string;
    readonly url: string;
    readonly sipTrunkId: string | null;
    readonly agentName: string | null;
    readonly dialMode: string;
    readonly isActive: boolean;
  };
  /** `limits`, `headerProfiles`: JSON text. */
  readonly deployments: {
    readonly origin: string;
    readonly region: string | null;
    readonly isActive: boolean;
    readonly limits: string | null;
    readonly headerProfiles: string | null;
  };
  readonly trunks: {
    readonly deploymentOrigin: string;
    readonly sipTrunkId: string;
    readonly tenantId: string | null;
    readonly carrier: string | null;
    readonly isActive: boolean;
    readonly cliCountries: readonly string[] | null;
    readonly limits: string | null;
    readonly headerProfiles: string | null;
  };
  /** `tenantId` null: on everybody's list. `number`: E.164. */
  readonly do_not_call: { readonly tenantId: string | null; readonly number: string };
}
export type TableName = keyof SnapshotRows;

/** A row that cannot be used as it is. */
export interface RowProblem {
  readonly table: TableName;
  readonly rowId: string;
  readonly tenantId: string | null;
  readonly problem: string;
  readonly hint: string;
}

/**
 * A row's place in the order in which problems are found: of one of PROBLEM_TABLES. In a snapshot that was staged from
 * another one most rows have the places that they had there.
 */
export interface ProblemPlace {
  readonly table: TableName;
  readonly row: number;
}

/** What is wrong with a row, at least one thing, and where it is. */
export interface ProblemsOfRow extends ProblemPlace {
  readonly problems: readonly RowProblem[];
}

/** An immutable state of the configuration. Changes are staged beside it and become visible in a new one. */
export interface Snapshot extends RoutingView {
  /** How many rows of each table it holds. */
  readonly counts: Readonly<Record<TableName, number>>;
  /**
   * Looks through the rows for those that cannot be used as they are, in the order of tables and rows, from a place
   * on or from the beginning. Undefined for each row that can be used, so that the caller can stop or rest after any:
   * a row takes less than a microsecond, and with rules that nobody has asked for before as long as reading them does.
   */
  findProblems(from?: ProblemPlace): Iterable<ProblemsOfRow | undefined>;
  /** Every row of a table, in no order: enough to stage the same snapshot again. */
  rows<Table extends TableName>(table: Table): Iterable<SnapshotRows[Table]>;
  stage(): Staging;
  /** How many different JSON texts the numbers' rules are. */
  readonly distinctRules: number;
}

/** Changes on the way to the next snapshot. May be filled over any time, in slices; the old snapshot stays as it is. */
export interface Staging {
  /**
   * Adds the row, or replaces the one with the same key. Takes a microsecond or two, and with JSON of a tenant, a
   * deployment or a trunk as long as that takes to read: some milliseconds, when it is as long as it may be.
   */
  put<Table extends TableName>(table: Table, row: SnapshotRows[Table]): void;
  /**
   * Removes a row by its key as the change feed writes it: the id; of a trunk `<origin> <trunk id>`; of a
   * deployment its origin; of a do-not-call entry `<tenant id, or nothing> <number>`. None: nothing happens.
   */
  remove(table: TableName, key: string): void;
  /** Says beforehand how many numbers will be put into a staging without any, about: it takes them faster. */
  expectNumbers(rows: number): void;
  /** Makes the snapshot. The staging is of no use afterwards. */
  commit(snapshotVersion: string): Snapshot;
}
