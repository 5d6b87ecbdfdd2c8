import { templateProblem } from '@dialplane/calls';
import type { DialMode } from '@dialplane/calls';
import type { Route } from '@dialplane/contracts';
import { DIAL_MODES } from '@dialplane/tenancy';

import { configChanged } from '../refusals/config-changed.ts';
import { configUnusable } from '../refusals/config-unusable.ts';
import { findCredential } from './find-credential.ts';
import type { CredentialSources, FoundCredential, StoredConfig, WantedTarget } from './find-credential.ts';
import { openCredential } from './open-credential.ts';
import type { DeploymentCredential } from './open-credential.ts';
import { ownerFlag } from './owner-flag.ts';

/** What it takes to begin an attempt on a target. */
export interface OpenedCredential extends DeploymentCredential {
  /** Who dials. */
  readonly dialMode: DialMode;
  /** The shape that the workers expect their job's metadata in; null for Dialplane's own. */
  readonly jobMetadataTemplate: unknown;
}

type Beginning = Pick<OpenedCredential, 'dialMode' | 'jobMetadataTemplate'>;

/** What an operator's fallback has always had: workers that dial, and are told in Dialplane's own shape. */
const ENVIRONMENT: Beginning = { dialMode: 'legacy', jobMetadataTemplate: null };

/**
 * Reads a target's credential, and how to begin there, from the dispatcher's own sources. Throws CONFIG_CHANGED when
 * these and the router do not agree on server, trunk and agent, or the trunk is none that the tenant may use there, and
 * CONFIG_UNUSABLE when there is nothing to open, or the config says nothing to begin by.
 */
export async function readCredential(
  sources: CredentialSources,
  tenantId: string,
  source: Route['source'],
  target: WantedTarget,
): Promise<OpenedCredential> {
  const found = await findCredential(sources, tenantId, source, target);
  if (found.kind === 'config') checkAgreement(target, found);
  const beginning = found.kind === 'config' ? readBeginning(found.config) : ENVIRONMENT;
  return { ...(await openCredential(sources.openSecret, found)), ...beginning };
}

function checkAgreement(target: WantedTarget, { config, trunk }: FoundCredential & { readonly kind: 'config' }): void {
  if (!config.isActive || config.agentName !== target.agentName) throw configChanged();
  // A config's own trunk need not be registered; one that is, is its owner's to lend and to switch off.
  const isConfigsOwn = trunk.owner === 'none' && config.sipTrunkId === target.sipTrunkId;
  if (!trunk.active && !isConfigsOwn) throw configChanged();
}

function readBeginning(config: StoredConfig): Beginning {
  const { jobMetadataTemplate } = config;
  const update = `dialplane config update ${config.id} ${ownerFlag(config)}`;
  const problem = jobMetadataTemplate === null ? undefined : templateProblem(jobMetadataTemplate);
  if (problem !== undefined) {
    throw configUnusable(
      `The job metadata template of LiveKit config ${config.id} is malformed: ${problem}.`,
      `Set another: ${update} --job-metadata-template <file>`,
    );
  }
  const dialMode = DIAL_MODES.find((mode) => mode === config.dialMode);
  if (dialMode === undefined) {
    throw configUnusable(
      `The dial mode of LiveKit config ${config.id} is not known.`,
      `Set one that is: ${update} --dial-mode ${DIAL_MODES.join('|')}`,
    );
  }
  return { dialMode, jobMetadataTemplate };
}
