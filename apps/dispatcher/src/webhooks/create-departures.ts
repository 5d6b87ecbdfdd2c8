import type { WebhookStore } from '@dialplane/calls';

import type { CarryOutParts } from '../carry-out/parts.ts';
import { originOf } from '../targets/origin-of.ts';

/** Who left an attempt's room, as the webhooks of the room's own deployment said. */
export function createDepartures(webhooks: Pick<WebhookStore, 'ofRoom'>): CarryOutParts['departures'] {
  return async ({ tenantId }, { room, target }) => {
    const events = await webhooks.ofRoom(tenantId, room);
    return events.flatMap(({ kind, origin, participant }) =>
      kind === 'participant_left' && origin === originOf(target.serverUrl) && participant !== undefined
        ? [participant]
        : [],
    );
  };
}
