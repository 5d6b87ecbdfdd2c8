import { PACKED_NUMBER_PLAN } from '../gen/number-plan.ts';
import { readNumberPlan } from './read-number-plan.ts';

/** The numbering plans of all countries, unpacked once. */
export const NUMBER_PLAN = readNumberPlan(PACKED_NUMBER_PLAN);
