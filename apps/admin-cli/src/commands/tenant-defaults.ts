import { Command } from 'commander';

import type { Verb } from '../act.ts';
import { tenantDefaultsSet } from './tenant-defaults-set.ts';
import { tenantDefaultsShow } from './tenant-defaults-show.ts';

export const tenantDefaults: Verb = (act) =>
  new Command('defaults')
    .description("what holds for a tenant's numbers whose own rules do not say otherwise")
    .addCommand(tenantDefaultsShow(act))
    .addCommand(tenantDefaultsSet(act));
