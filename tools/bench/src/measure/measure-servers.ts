import { join } from 'node:path';

import { writeRequests } from '../fleet/write-requests.ts';
import type { Measured } from '../measured.ts';
import type { Part } from '../parts.ts';
import { provideGoPrograms } from '../provide-go-programs.ts';
import { providePython } from '../provide-python.ts';
import { readMachine } from '../read-machine.ts';
import { spreadOf } from '../report/statistics.ts';
import { startFleetDatabases } from '../servers/start-fleet-databases.ts';
import { startEcho, startGoEcho, startNodeService, startPythonService, startRouter } from '../servers/start-servers.ts';
import type { Router } from '../servers/start-servers.ts';
import type { Settings } from '../settings.ts';
import type { Stoppable } from '../stoppable.ts';
import { compareLatencies } from './compare-latencies.ts';
import { compareRates } from './compare-rates.ts';
import { measureChanges } from './measure-changes.ts';
import { recordReplies } from './record-replies.ts';
import { createLoads } from './subject.ts';
import type { Subject } from './subject.ts';

/** Of the peak of the bare echo, for latencies. */
const LATENCY_SHARE = 0.7;
/** Of the router's own peak, while single rows are changed. */
const CHANGES_SHARE = 0.5;
/** Requests in a message of RouteCalls. */
const BATCH = 100;
/** Replies that the echoes answer with. */
const REPLIES = 1_000;
/** Rounds that are enough to know a peak, when rates are not asked for. */
const FEW_ROUNDS = 2;

interface Subjects {
  readonly main: Subject;
  readonly router: Router;
  readonly echo: Subject;
  /** All but the main one, neighbours in a round. */
  readonly others: readonly Subject[];
}

/** Starts all servers, puts loads on them, and stops them. */
export async function measureServers(
  settings: Settings,
  parts: ReadonlySet<Part>,
  onProgress: (line: string) => void,
  keep: (part: Stoppable) => void,
): Promise<Pick<Measured, 'machine' | 'pairs' | 'latency' | 'changes'>> {
  const started: Stoppable[] = [];
  const keepHere = <Kept extends Stoppable>(part: Kept): Kept => {
    let stopped: Promise<void> | undefined;
    const once = { stop: () => (stopped ??= part.stop()) };
    started.push(once);
    keep(once);
    return part;
  };
  const go = await provideGoPrograms(onProgress);
  const putLoad = createLoads(go);
  const databases = keepHere(await startFleetDatabases(settings.sizes, onProgress));
  const machine = await readMachine(databases.databases[0]?.superuserUrl);
  const { folder } = databases;
  const { main, router, echo, others } = await startSubjects();

  onProgress('Warming up');
  for (const subject of [main, ...others])
    await putLoad(subject, { seconds: settings.firstWarmUpSeconds, warmUpSeconds: 0 });
  const wanted = parts.has('rates') ? others : [echo];
  const rounds = parts.has('rates') ? settings.rounds : FEW_ROUNDS;
  const pairs = await compareRates(putLoad, main, wanted, { ...settings, rounds }, onProgress);
  const peakOf = (which: 'main' | 'other'): number =>
    spreadOf((pairs.get(echo.name) ?? []).map((pair) => pair[which].requestsPerSecond)).median;

  const rate = LATENCY_SHARE * peakOf('other');
  const how = {
    pairs: settings.latencyPairs,
    seconds: settings.latencySeconds,
    warmUpSeconds: settings.warmUpSeconds,
    rate,
  };
  const latency = parts.has('latency')
    ? { rate, pairs: await compareLatencies(putLoad, main, echo, how, onProgress) }
    : undefined;
  const changesRate = CHANGES_SHARE * peakOf('main');
  const changes = parts.has('changes')
    ? await measureChanges(putLoad, main, router, settings, changesRate, onProgress)
    : undefined;
  for (const part of started.toReversed()) await part.stop();
  return { machine, pairs: parts.has('rates') ? pairs : new Map(), latency, changes };

  async function startSubjects(): Promise<Subjects> {
    const python = settings.others ? await providePython(onProgress) : undefined;
    const routers: Subject[] = [];
    let last: Router | undefined;
    for (const database of databases.databases) {
      const { numbers } = database;
      const requestsFile = join(folder, `requests-${numbers}`);
      await writeRequests(requestsFile, settings.requests, numbers);
      onProgress(`Starting a router with ${numbers} numbers`);
      last = keepHere(await startRouter(database, folder));
      routers.push({ name: `router_${inShort(numbers)}`, server: last, requestsFile });
    }
    const [main] = routers.splice(-1);
    if (main === undefined || last === undefined) throw new Error('There is no size.');
    const { requestsFile } = main;
    const replies = join(folder, 'replies');
    await recordReplies(last, REPLIES, replies);
    const echo = { name: 'echo', server: keepHere(await startEcho(replies)), requestsFile };
    const stream = { ...main, name: 'stream', batch: BATCH };
    const others = [echo, ...routers.slice(0, 1), stream];
    if (python !== undefined) {
      const { database } = last;
      const withDatabase = { requestsFile, databasePid: databases.pid };
      others.push(
        { name: 'go_echo', server: keepHere(await startGoEcho(go, replies)), requestsFile },
        { name: 'node_3sql', server: keepHere(await startNodeService(database)), ...withDatabase },
        { name: 'python_3sql', server: keepHere(await startPythonService(python, database, 'plain')), ...withDatabase },
        ...routers.slice(1),
        {
          name: 'python_3sql_tuned',
          server: keepHere(await startPythonService(python, database, 'tuned')),
          ...withDatabase,
        },
      );
    }
    return { main, router: last, echo, others };
  }
}

/** 1k, 100k, 1m. */
function inShort(numbers: number): string {
  return numbers >= 1_000_000 ? `${numbers / 1_000_000}m` : `${numbers / 1_000}k`;
}
