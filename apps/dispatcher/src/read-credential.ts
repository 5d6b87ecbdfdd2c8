import { templateProblem } from '@dialplane/calls';
import { RouteSource } from '@dialplane/contracts';
import type { Route, Target } from '@dialplane/contracts';
import type { TrunkReader } from '@dialplane/database';
import { StatusError } from '@dialplane/grpc';
import { SecretUnreadableError } from '@dialplane/secrets';
import type { SecretBox } from '@dialplane/secrets';
import { readServerUrl } from '@dialplane/tenancy';
import type { LiveKitConfigRepository } from '@dialplane/tenancy';

import type { EnvironmentCredential } from './config.ts';

/** What it takes to act on a deployment for one call. */
export interface OpenedCredential {
  readonly url: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  /** The shape that the workers expect their job's metadata in; null for Dialplane's own. */
  readonly jobMetadataTemplate: unknown;
}

export interface CredentialSources {
  readonly configs: Pick<LiveKitConfigRepository, 'credential'>;
  readonly trunks: TrunkReader;
  readonly secretBox: SecretBox;
  readonly environmentCredential: EnvironmentCredential | undefined;
}

/**
 * Reads a target's URL, key and secret from the dispatcher's own sources: what the router says is never enough
 * to send a secret somewhere. Throws CONFIG_CHANGED when the two do not agree on server, trunk and agent, or the
 * trunk is none that the tenant may use there, and CONFIG_UNUSABLE when there is nothing to open.
 */
export async function readCredential(
  sources: CredentialSources,
  tenantId: string,
  source: Route['source'],
  target: Target,
): Promise<OpenedCredential> {
  if (source === RouteSource.ENVIRONMENT && target.livekitConfigId === '')
    return fromEnvironment(sources, tenantId, target);
  if (source === RouteSource.DATABASE && target.livekitConfigId !== '') return fromDatabase(sources, tenantId, target);
  throw new Error(`The router names source ${source} with LiveKit config ${JSON.stringify(target.livekitConfigId)}.`);
}

async function fromEnvironment(
  { environmentCredential, trunks }: CredentialSources,
  tenantId: string,
  target: Target,
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
  const { owner } = await trunks.standingOf(tenantId, target.deployment, target.sipTrunkId);
  if (owner === 'foreign') throw configChanged();
  return { ...environmentCredential, jobMetadataTemplate: null };
}

async function fromDatabase(
  { configs, trunks, secretBox }: CredentialSources,
  tenantId: string,
  target: Target,
): Promise<OpenedCredential> {
  const config = await configs.credential(tenantId, target.livekitConfigId);
  const isAsDecided =
    config?.isActive === true && originOf(config.url) === target.deployment && config.agentName === target.agentName;
  if (config === undefined || !isAsDecided) throw configChanged();
  const { owner: trunkOwner, active } = await trunks.standingOf(tenantId, target.deployment, target.sipTrunkId);
  // A config's own trunk need not be registered; one that is, is its owner's to lend and to switch off.
  const isConfigsOwn = trunkOwner === 'none' && config.sipTrunkId === target.sipTrunkId;
  if (!active && !isConfigsOwn) throw configChanged();
  const { url, apiKey, apiSecretSealed, jobMetadataTemplate } = config;
  const owner = config.tenantId === null ? '--operator' : `--tenant ${config.tenantId}`;
  const reseal = `Seal its secret: dialplane config update ${config.id} ${owner} --secret-stdin`;
  const problem = jobMetadataTemplate === null ? undefined : templateProblem(jobMetadataTemplate);
  if (problem !== undefined) {
    const mend = `dialplane config update ${config.id} ${owner} --job-metadata-template <file>`;
    throw unusable(
      `The job metadata template of LiveKit config ${config.id} is malformed: ${problem}.`,
      `Set another: ${mend}`,
    );
  }
  if (apiSecretSealed === null || !apiKey) throw unusable(`LiveKit config ${config.id} has no sealed secret.`, reseal);
  try {
    const context = { tenantId: config.tenantId, configId: config.id, field: 'api_secret' } as const;
    return { url, apiKey, apiSecret: await secretBox.open(apiSecretSealed, context), jobMetadataTemplate };
  } catch (error) {
    if (!(error instanceof SecretUnreadableError)) throw error;
    const fault = error.kind === 'unknown_key' ? 'dialplane' : 'tenant_configuration';
    throw unusable(`The secret of LiveKit config ${config.id} cannot be opened.`, error.hint, fault, error);
  }
}

function originOf(url: string): string | undefined {
  const reading = readServerUrl(url);
  return reading.kind === 'ok' ? reading.serverUrl.origin : undefined;
}

/** Router and dispatcher read the configuration each for itself; only what both say is acted on. */
export function configChanged(): StatusError {
  return new StatusError({
    code: 'UNAVAILABLE',
    reason: 'CONFIG_CHANGED',
    message: 'The configuration was changed while the call was being routed; nothing was written.',
    fault: 'dialplane',
    retryable: true,
    hint: 'Send the same request again.',
  });
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
