import { templateProblem } from '@dialplane/calls';
import type { DialMode } from '@dialplane/calls';
import { RouteSource } from '@dialplane/contracts';
import type { Route, Target } from '@dialplane/contracts';
import type { FoundTarget, TargetReader } from '@dialplane/database';
import { StatusError } from '@dialplane/grpc';
import { SecretUnreadableError } from '@dialplane/secrets';
import { DIAL_MODES } from '@dialplane/tenancy';

import { configChanged } from '../refusals/config-changed.ts';
import type { EnvironmentCredential } from '../config.ts';
import type { OpenSecret } from './create-open-secret.ts';
import { originOf } from './origin-of.ts';

/** What it takes to act on a deployment for one call. */
export interface OpenedCredential {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** Who dials. */
  readonly dialMode: DialMode;
  /** The shape that the workers expect their job's metadata in; null for Dialplane's own. */
  readonly jobMetadataTemplate: unknown;
}

export interface CredentialSources {
  readonly targets: TargetReader;
  readonly openSecret: OpenSecret;
  readonly environmentCredential: EnvironmentCredential | undefined;
}

/** A target as the router names it, or as it was frozen. */
export type WantedTarget = Pick<Target, 'livekitConfigId' | 'deployment' | 'sipTrunkId' | 'agentName'>;

/** To begin something on the target, or to go on with what was begun there. */
export type CredentialUse = 'start' | 'follow';

/** What an operator's fallback has always had: workers that dial. */
const ENVIRONMENT_DIAL_MODE: DialMode = 'legacy';

/**
 * Reads a target's URL, key and secret from the dispatcher's own sources: what the router says is never enough
 * to send a secret somewhere. Throws CONFIG_CHANGED when the two do not agree on server, trunk and agent, or the
 * trunk is none that the tenant may use there, and CONFIG_UNUSABLE when there is nothing to open. To `follow` what was
 * begun, the server must be the same, and nothing else: a call under way is ended properly on a config that was
 * switched off since.
 */
export async function readCredential(
  sources: CredentialSources,
  tenantId: string,
  source: Route['source'],
  target: WantedTarget,
  use: CredentialUse = 'start',
): Promise<OpenedCredential> {
  if (source === RouteSource.ENVIRONMENT && target.livekitConfigId === '')
    return fromEnvironment(sources, tenantId, target);
  if (source === RouteSource.DATABASE && target.livekitConfigId !== '')
    return fromDatabase(sources, tenantId, target, use);
  throw new Error(`The router names source ${source} with LiveKit config ${JSON.stringify(target.livekitConfigId)}.`);
}

async function fromEnvironment(
  { environmentCredential, targets }: CredentialSources,
  tenantId: string,
  target: WantedTarget,
): Promise<OpenedCredential> {
  const hint = 'Operators: set ENVIRONMENT_FALLBACK and LIVEKIT_URL to the same values for router and dispatcher.';
  if (environmentCredential === undefined) {
    throw unusable(
      'The router fell back to the environment, and the dispatcher has no credentials there.',
      hint,
      'dialplane',
    );
  }
  if (environmentCredential.deployment !== target.deployment) {
    throw unusable('Router and dispatcher have different servers in their environments.', hint, 'dialplane');
  }
  // As the router has it: for a trunk that is registered to nobody else the operator answers.
  const { trunk } = await targets.read(tenantId, { ...target, livekitConfigId: null });
  if (trunk.owner === 'foreign') throw configChanged();
  return { ...environmentCredential, dialMode: ENVIRONMENT_DIAL_MODE, jobMetadataTemplate: null };
}

async function fromDatabase(
  { targets, openSecret }: CredentialSources,
  tenantId: string,
  target: WantedTarget,
  use: CredentialUse,
): Promise<OpenedCredential> {
  const found = await targets.read(tenantId, target);
  const { config } = found;
  const isSameServer = config !== undefined && originOf(config.url) === target.deployment;
  if (!isSameServer) throw configChanged();
  if (use === 'start') checkStart(target, config, found.trunk);
  const { url, apiKey, apiSecretSealed, jobMetadataTemplate } = config;
  const owner = config.tenantId === null ? '--operator' : `--tenant ${config.tenantId}`;
  const reseal = `Seal its secret: dialplane config update ${config.id} ${owner} --secret-stdin`;
  const isUsed = use === 'start' && jobMetadataTemplate !== null;
  const problem = isUsed ? templateProblem(jobMetadataTemplate) : undefined;
  if (problem !== undefined) {
    const mend = `dialplane config update ${config.id} ${owner} --job-metadata-template <file>`;
    throw unusable(
      `The job metadata template of LiveKit config ${config.id} is malformed: ${problem}.`,
      `Set another: ${mend}`,
    );
  }
  // What was begun goes on in the mode that it was begun in.
  const dialMode = use === 'follow' ? 'legacy' : DIAL_MODES.find((mode) => mode === config.dialMode);
  if (dialMode === undefined) {
    throw unusable(
      `The dial mode of LiveKit config ${config.id} is not known.`,
      `Set one that is: dialplane config update ${config.id} ${owner} --dial-mode ${DIAL_MODES.join('|')}`,
    );
  }
  if (apiSecretSealed === null || !apiKey) throw unusable(`LiveKit config ${config.id} has no sealed secret.`, reseal);
  try {
    const context = { tenantId: config.tenantId, configId: config.id, field: 'api_secret' } as const;
    return { url, apiKey, apiSecret: await openSecret(apiSecretSealed, context), dialMode, jobMetadataTemplate };
  } catch (error) {
    if (!(error instanceof SecretUnreadableError)) throw error;
    const fault = error.kind === 'unknown_key' ? 'dialplane' : 'tenant_configuration';
    throw unusable(`The secret of LiveKit config ${config.id} cannot be opened.`, error.hint, fault, error);
  }
}

function checkStart(
  target: WantedTarget,
  config: NonNullable<FoundTarget['config']>,
  trunk: FoundTarget['trunk'],
): void {
  if (!config.isActive || config.agentName !== target.agentName) throw configChanged();
  // A config's own trunk need not be registered; one that is, is its owner's to lend and to switch off.
  const isConfigsOwn = trunk.owner === 'none' && config.sipTrunkId === target.sipTrunkId;
  if (!trunk.active && !isConfigsOwn) throw configChanged();
}

function unusable(
  message: string,
  hint: string,
  fault: StatusError['fault'] = 'tenant_configuration',
  cause?: unknown,
): StatusError {
  return new StatusError({
    code: 'FAILED_PRECONDITION',
    reason: 'CONFIG_UNUSABLE',
    message,
    fault,
    retryable: false,
    hint,
    cause,
  });
}
