import { NUMBER, TENANT } from './case.ts';
import type { Case } from './case.ts';

/** Waits until the router decides on a configuration that holds every change so far. */
export async function untilRouted(here: Case, routerAddress: string): Promise<void> {
  const { snapshotVersion } = await here.json(['db', 'status']);
  const question = ['route', 'explain', '--from', NUMBER, '--to', '+12125550199', '--tenant', TENANT];
  const ran = await here.run([...question, '--min-snapshot-version', snapshotVersion as string], {
    env: { ROUTER_ADDRESS: routerAddress },
  });
  if (ran.exitCode > 1) throw new Error(`The router does not reach ${String(snapshotVersion)}: ${ran.stderr}`);
}
