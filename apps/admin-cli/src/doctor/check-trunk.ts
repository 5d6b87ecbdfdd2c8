import { LiveKitError } from '@dialplane/livekit';
import type { LiveKitClient } from '@dialplane/livekit';
import type { LiveKitCredential } from '@dialplane/tenancy';

import { scopeFlag } from '../options.ts';
import { serverTrouble } from './check-server.ts';
import { failed, passed } from './step.ts';
import type { Step } from './step.ts';

/** What LiveKit writes for a trunk that may show any number. */
const ANY_NUMBER = '*';

const digits = (number: string): string => number.replace(/[^0-9]/g, '');

/** Whether the server has the trunk, and the trunk lists the caller id: LiveKit itself compares it with nothing. */
export async function checkTrunk(
  config: LiveKitCredential,
  liveKit: LiveKitClient,
  sipTrunkId: string,
  callerId: string,
): Promise<Step> {
  const trunks = await liveKit.listOutboundTrunks().catch((error: unknown) => {
    if (error instanceof LiveKitError) return error;
    throw error;
  });
  if (trunks instanceof LiveKitError) return serverTrouble('trunk', config, trunks);
  const trunk = trunks.find(({ id }) => id === sipTrunkId);
  if (trunk === undefined) {
    const known = trunks.map(({ id, name }) => (name ? `${id} (${name})` : id)).join(', ');
    return failed(
      'trunk',
      'trunk_not_found',
      `The server has no outbound trunk ${sipTrunkId}.`,
      `It has ${known || 'none'}. Set one: dialplane config set-trunk ${config.id} <ST_…> ${scopeFlag(config.tenantId)}`,
    );
  }
  if (!trunk.numbers.some((number) => number === ANY_NUMBER || digits(number) === digits(callerId))) {
    const listed = trunk.numbers.length === 0 ? 'no number' : trunk.numbers.join(', ');
    return failed(
      'trunk',
      'caller_id_not_on_trunk',
      `Trunk ${sipTrunkId} does not list caller id ${callerId}: it lists ${listed}.`,
      'Add the number to the trunk in LiveKit if the carrier has granted it, or assign the number to the config of its own trunk',
    );
  }
  return passed('trunk', `${sipTrunkId} is there and lists ${callerId}`);
}
