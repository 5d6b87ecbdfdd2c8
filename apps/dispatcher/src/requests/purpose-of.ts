import { enumKey, Purpose } from '@dialplane/contracts';

import type { ReadDispatchRequest } from './read-dispatch-request.ts';

/** The request's purpose as it is sent; a word that this version does not know is not sent on. */
export function purposeOf({ purpose }: Pick<ReadDispatchRequest, 'purpose'>): Purpose {
  return purpose === undefined ? Purpose.UNSPECIFIED : Purpose[enumKey(purpose)];
}
