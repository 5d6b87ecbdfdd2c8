import { percentile, spreadOf } from '../report/statistics.ts';
import type { Spread } from '../report/statistics.ts';
import type { Settings } from '../settings.ts';
import type { Router } from '../servers/start-servers.ts';
import { openFleetChanger } from './change-fleet.ts';
import type { PutLoad, Subject } from './subject.ts';

/** How changes of the configuration reach a router that works. Undefined: not measured. */
export interface ChangeFigures {
  /** From commit to visible, under load, in milliseconds. */
  readonly visibleP50Ms: number;
  readonly visibleP99Ms: number;
  readonly visibleMaxMs: number;
  readonly changes: number;
  /** The longest when no notification is sent. */
  readonly lostNotificationMaxMs: number | undefined;
  readonly bigChangePauseMs: Spread;
  readonly bigChangeVisibleMs: Spread;
  readonly reloadSeconds: Spread;
  readonly reloadPauseMs: Spread;
}

/** The load is put on in pieces of that length, so that it ends soon after the last change. */
const LOAD_SECONDS = 2;

/** `rate`: of the load that goes on while single rows are changed, in requests a second. */
export async function measureChanges(
  putLoad: PutLoad,
  subject: Subject,
  router: Router,
  { changes, lostChanges, bigChanges, bigChangeRows, reloads }: Settings,
  rate: number,
  onProgress: (line: string) => void,
): Promise<ChangeFigures> {
  const changer = await openFleetChanger(router);
  try {
    onProgress(`${changes} changes, one after the other, at ${Math.round(rate)} requests/s`);
    await changer.changeOne();
    const visible: number[] = [];
    await underLoad(putLoad, subject, rate, async () => {
      for (let n = 0; n < changes; n++) visible.push(await changer.changeOne());
    });
    const lost: number[] = [];
    if (lostChanges > 0) onProgress(`${lostChanges} changes without a notification`);
    await changer.withoutNotifications(async () => {
      for (let n = 0; n < lostChanges; n++) lost.push(await changer.changeOne());
    });
    const big = [];
    for (let n = 0; n < bigChanges; n++) {
      const seen = await changer.changeMany(bigChangeRows);
      onProgress(`  ${bigChangeRows} rows changed: a pause of ${seen.pauseMs.toFixed(1)} ms`);
      big.push(seen);
    }
    const loads = [];
    for (let n = 0; n < reloads; n++) {
      const seen = await changer.reload();
      onProgress(`  all read anew in ${seen.seconds.toFixed(2)} s, with a pause of ${seen.pauseMs.toFixed(1)} ms`);
      loads.push(seen);
    }
    return {
      visibleP50Ms: percentile(visible, 50),
      visibleP99Ms: percentile(visible, 99),
      visibleMaxMs: percentile(visible, 100),
      changes,
      lostNotificationMaxMs: lost.length > 0 ? Math.max(...lost) : undefined,
      bigChangePauseMs: spreadOf(big.map(({ pauseMs }) => pauseMs)),
      bigChangeVisibleMs: spreadOf(big.map(({ visibleMs }) => visibleMs)),
      reloadSeconds: spreadOf(loads.map(({ seconds }) => seconds)),
      reloadPauseMs: spreadOf(loads.map(({ pauseMs }) => pauseMs)),
    };
  } finally {
    await changer.close();
  }
}

/** Does the work while the router answers a load, of which no request may fail. */
async function underLoad(putLoad: PutLoad, subject: Subject, rate: number, work: () => Promise<void>): Promise<void> {
  let isDone = false;
  const load = (async () => {
    while (!isDone) await putLoad(subject, { seconds: LOAD_SECONDS, warmUpSeconds: 0, rate });
  })();
  // A load that fails ends the run, once the work has ended.
  await Promise.all([work().finally(() => (isDone = true)), load]);
}
