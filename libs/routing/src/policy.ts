import type { CarrierRule, Rules, TenantDefaults } from '@dialplane/tenancy';

import type { StepName } from './decision.ts';
import type { KnownConfig } from './known-config.ts';
import type { NumberClass } from './numbers/number-class.ts';
import type { Refusal, RejectionReason } from './rejections.ts';
import type {
  ConfigEntry,
  DeploymentEntry,
  EnvironmentFallback,
  NumberEntry,
  RouteRequest,
  RoutingView,
  TenantEntry,
  TrunkEntry,
} from './routing-view.ts';

/** A call whose tenant, number and rules are found: what every policy may look at. */
export interface RoutingCall {
  readonly view: RoutingView;
  readonly request: RouteRequest;
  readonly tenant: TenantEntry;
  readonly number: NumberEntry & { readonly e164: string };
  readonly rules: Rules;
  readonly defaults: TenantDefaults;
  /** What the numbering plans say of the callee's number; undefined: it is no E.164 number. */
  readonly callee: NumberClass | undefined;
  /** The moment of the decision, in milliseconds since 1970. */
  readonly now: number;
  /** Undefined unless an operator switched it on. */
  readonly environmentFallback: EnvironmentFallback | undefined;
}

/** One way to place the call, as the rules name it and the view knows it. */
export interface Candidate {
  readonly from: 'carriers' | 'routes' | 'livekit_config' | 'environment';
  /** Undefined when the credentials come from the environment. */
  readonly livekitConfigId: string | undefined;
  /** Undefined when there is none of that id, or the credentials come from the environment. */
  readonly config: ConfigEntry | undefined;
  /** The config with its server and its own trunk; undefined when nothing names one. */
  readonly known: KnownConfig | undefined;
  /** The carrier rule that names it; undefined when none does. */
  readonly carrier: CarrierRule | undefined;
  /** The server's origin; undefined when the config has no usable URL. */
  readonly deploymentOrigin: string | undefined;
  readonly deployment: DeploymentEntry | undefined;
  /** The carrier's trunk, else the config's; undefined when neither names one. */
  readonly sipTrunkId: string | undefined;
  readonly trunk: TrunkEntry | undefined;
  /** E.164: the carrier's, else the number itself. */
  readonly callerId: string;
  /** Characters of the carrier's prefix that the callee's number begins with; 0 of one that no carrier rule names. */
  readonly prefixLength: number;
  readonly priority: number;
  readonly weight: number;
  /** See CarrierRule. */
  readonly costPerMinuteNano: number | undefined;
}

/** What speaks against a candidate. Its text is made when somebody is told of it. */
export interface Objection {
  readonly reason: RejectionReason;
  tell(call: RoutingCall, candidate: Candidate): Omit<Refusal, 'reason'>;
}

/** A candidate that a policy took out. */
export interface Dropped {
  readonly candidate: Candidate;
  readonly objection: Objection;
}

/** What a policy came to. */
export interface PolicyResult {
  readonly candidates: readonly Candidate[];
  /** Refuses the whole call. */
  readonly refusal?: Refusal;
  readonly dropped?: readonly Dropped[];
  /** A short remark for people that does not stop the call. */
  readonly note?: string;
  /** Milliseconds since 1970: the first moment at which this policy may come to another result. */
  readonly holdsUntil?: number;
}

/** A rule that refuses the call, or filters or orders the ways to place it. One file each. */
export interface Policy {
  readonly step: StepName;
  /** Candidates in; candidates, and the reasons against the others, out. Undefined: nothing to say, all stay. */
  apply(call: RoutingCall, candidates: readonly Candidate[]): PolicyResult | undefined;
  /** For people: what it looked at, and what it concluded when it neither refused nor noted. Called for traces only. */
  describe(
    call: RoutingCall,
    candidates: readonly Candidate[],
    result: PolicyResult | undefined,
  ): { readonly lookedAt: string; readonly concluded: string };
}
