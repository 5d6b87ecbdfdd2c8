/** A SIP trunk as it is registered. */
export interface Trunk {
  /** The http or https origin of the server that it is configured on. */
  readonly deploymentOrigin: string;
  readonly sipTrunkId: string;
  /** Null: an operator's, which every tenant may use. */
  readonly tenantId: string | null;
  readonly carrier: string | null;
  readonly isActive: boolean;
  /** The countries whose caller ids it may show, ISO 3166 alpha-2; null: all. */
  readonly cliCountries: readonly string[] | null;
  /** The JSON as stored. */
  readonly limits: unknown;
  /** The JSON as stored. */
  readonly headerProfiles: unknown;
  /** The JSON as stored: see `readSipCodes`. */
  readonly sipCodes: unknown;
}

/** What is left out stays; null takes away. */
export interface TrunkChange {
  readonly carrier?: string | null;
  readonly isActive?: boolean;
  readonly cliCountries?: readonly string[] | null;
  readonly limits?: unknown;
  readonly headerProfiles?: unknown;
  readonly sipCodes?: unknown;
}

export type TrunkKey = Pick<Trunk, 'deploymentOrigin' | 'sipTrunkId'>;

export type SetOutcome<T> = { readonly kind: 'added' | 'changed' | 'unchanged'; readonly row: T };

/** The first argument is null for an operator's trunk. */
export interface TrunkRepository {
  /** Registers the trunk, or changes the one that the tenant has. `taken`: another has it; nothing was changed. `before`: as it was. */
  set(
    tenantId: string | null,
    key: TrunkKey,
    change: TrunkChange,
  ): Promise<
    (SetOutcome<Trunk> & { readonly before: Trunk }) | { readonly kind: 'taken'; readonly by: 'operator' | 'tenant' }
  >;
  /** The tenant's trunks and the operator's. */
  list(tenantId: string | null): Promise<Trunk[]>;
}
