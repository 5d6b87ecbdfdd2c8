/** What a number's `rules` say, read. `docs/rules.md` describes the JSON that it is read from. */
export interface Rules {
  /** The LiveKit config that calls from the number go to, a UUID; undefined when the rules name none. */
  readonly livekitConfigId: string | undefined;
  /** LiveKit configs to choose from; empty when the rules have none. */
  readonly routes: readonly RouteRule[];
  /** Ways out by the callee's prefix; empty when the rules have none. */
  readonly carriers: readonly CarrierRule[];
  /** How targets of equal priority are ordered. */
  readonly strategy: Strategy;
  readonly region: string | undefined;
  readonly destinations: DestinationRules;
  readonly callingHours: CallingHours | undefined;
  readonly limits: Limits;
}

/** What holds for every number of a tenant whose own rules do not say otherwise. */
export type TenantDefaults = Pick<Rules, 'region' | 'destinations' | 'callingHours' | 'limits'>;

export type Strategy = 'weight' | 'least_cost';

export interface RouteRule {
  readonly livekitConfigId: string;
  /** 1 is tried before 2. */
  readonly priority: number;
  /** The share among targets of equal priority; 0 is tried after all others of its priority. */
  readonly weight: number;
}

export interface CarrierRule {
  /** `+` and digits each; `+` alone is every number. */
  readonly prefixes: readonly string[];
  /** `ST_…`; undefined: the LiveKit config's own trunk. */
  readonly sipTrunkId: string | undefined;
  /** Undefined: the rules' own `livekit_config`. */
  readonly livekitConfigId: string | undefined;
  readonly priority: number;
  readonly weight: number;
  /** In billionths of the operator's currency; undefined: not known, and dearer than any that is. */
  readonly costPerMinuteNano: number | undefined;
  /** E.164; undefined: the number itself. */
  readonly callerId: string | undefined;
  readonly callerIdFormat: CallerIdFormat;
  readonly dialFormat: DialFormat;
  readonly headerProfile: string | undefined;
  /** Whether carriers of shorter prefixes are tried after this one. */
  readonly fallthrough: boolean;
}

/** `e164`: +12125550100; `digits`: the same without `+`; `national`: with a trunk zero and no country code. */
export type CallerIdFormat = 'e164' | 'digits' | 'national';

/** How a carrier wants the callee's number. Applied in this order to its digits. */
export interface DialFormat {
  /** Digits to take away from the left. */
  readonly strip: number;
  /** Whether a `0` comes before what is left. */
  readonly trunkZero: boolean;
  /** Digits to put in front of that. */
  readonly prefix: string;
  /** Whether a `+` comes before everything. */
  readonly plus: boolean;
}

export interface DestinationRules {
  /** ISO 3166 alpha-2; undefined: the rules do not say. */
  readonly allowCountries: readonly string[] | undefined;
  /** `+` and digits each. */
  readonly denyPrefixes: readonly string[];
  /** Kinds of numbers, as `NUMBER_KINDS` of the routing library names them, that are refused unless named here. */
  readonly allowKinds: readonly string[] | undefined;
}

export interface CallingHours {
  /** IANA name; undefined: the zone of the callee's country. */
  readonly timezone: string | undefined;
  /** Never empty; none ends before it begins. */
  readonly windows: readonly CallingWindow[];
}

export interface CallingWindow {
  /** Days of the week, 0 being Sunday. */
  readonly days: readonly number[];
  /** Minutes after midnight, the first that is in. */
  readonly from: number;
  /** Minutes after midnight, the first that is out; 1440 is the end of the day. */
  readonly to: number;
}

/** Enforced where calls are accepted and dialled. Undefined: no limit. */
export interface Limits {
  readonly maxConcurrentCalls: number | undefined;
  readonly callsPerSecond: number | undefined;
  readonly callsPerDay: number | undefined;
  readonly perCalleePerDay: number | undefined;
}

/** SIP header fields by name: what a header profile adds to the INVITE. At least one. */
export type SipHeaders = Readonly<Record<string, string>>;

/** What a trunk or a deployment says of itself besides its key. */
export interface LineFacts {
  readonly limits: Limits;
  /** By name. Without a prototype, so that a name that nobody defined is undefined, whatever it is. */
  readonly headerProfiles: Readonly<Record<string, SipHeaders>>;
}

export type Reading<T> =
  { readonly kind: 'ok'; readonly value: T } | { readonly kind: 'problem'; readonly problem: string };
