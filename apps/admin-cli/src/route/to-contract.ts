import { Purpose } from '@dialplane/contracts';
import type { Purpose as PurposeWord } from '@dialplane/routing';

const PURPOSES: Readonly<Record<PurposeWord, Purpose>> = {
  transactional: Purpose.TRANSACTIONAL,
  service: Purpose.SERVICE,
  promotional: Purpose.PROMOTIONAL,
};

/** A purpose as the contract has it. */
export const toContract = (purpose: PurposeWord | undefined): Purpose =>
  purpose === undefined ? Purpose.UNSPECIFIED : PURPOSES[purpose];
