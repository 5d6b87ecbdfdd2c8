import type { GoPrograms } from '../provide-go-programs.ts';
import type { Server } from '../servers/start-server.ts';
import { runLoad } from './run-load.ts';
import type { Load, LoadResult } from './run-load.ts';

/** Something that a load is put on. */
export interface Subject {
  readonly name: string;
  readonly server: Server;
  /** The process of its database, when it works for each request. */
  readonly databasePid?: number | undefined;
  readonly requestsFile: string;
  /** Ask by RouteCalls, so many requests in a message. */
  readonly batch?: number;
}

export type PutLoad = (subject: Subject, how: Pick<Load, 'seconds' | 'warmUpSeconds' | 'rate'>) => Promise<LoadResult>;

/** Puts loads on subjects; no load asks again what an earlier one asked, until a file of requests has been asked through. */
export function createLoads({ loadgen }: GoPrograms): PutLoad {
  const asked = new Map<string, number>();
  return async (subject, how) => {
    const { server, databasePid, requestsFile, batch } = subject;
    const offset = asked.get(requestsFile) ?? 0;
    const { address } = server;
    const load = { address, pid: server.pid(), databasePid, requestsFile, offset, batch, ...how };
    const result = await runLoad(loadgen, load);
    asked.set(requestsFile, offset + result.allRequests);
    return result;
  };
}
