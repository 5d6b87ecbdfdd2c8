import type { Controls } from './controls.ts';
import type { HttpReply, HttpRequest, Serve } from './http-message.ts';
import { readFaults } from './read-faults.ts';
import { jsonReply } from './twirp.ts';

/** The HTTP endpoint by which a run in another process steers and reads the simulator; README.md has its table. */
export function createControl(controls: Controls): Serve {
  const routes: Readonly<Record<string, (json: () => unknown) => unknown>> = {
    'GET /rings': () => controls.rings(),
    'GET /dials': () => controls.dials(),
    'GET /faults': () => controls.faults(),
    'PUT /faults': (json) => controls.setFaults(readFaults(json())),
    'GET /trunks': () => controls.trunks(),
    'PUT /trunks': (json) => controls.setTrunks(readTrunks(json())),
    'DELETE /trunks': () => controls.setTrunks([]),
    'PUT /clock': (json) => controls.setClockSkewMs(readSkew(json())),
  };
  return async ({ method, path, body }: HttpRequest): Promise<HttpReply> => {
    const route = routes[`${method} ${path}`];
    if (route === undefined) {
      return jsonReply(404, { error: `There is no ${method} ${path}. There are: ${Object.keys(routes).join(', ')}.` });
    }
    try {
      return jsonReply(200, route(() => JSON.parse(body.toString('utf8')) as unknown) ?? {});
    } catch (error) {
      return jsonReply(400, { error: error instanceof Error ? error.message : String(error) });
    }
  };
}

function readTrunks(json: unknown): string[] {
  if (Array.isArray(json) && json.every((id) => typeof id === 'string' && id !== '')) return json as string[];
  throw new Error('Trunks are a JSON array of ids, for example ["ST_example"].');
}

function readSkew(json: unknown): number {
  const skewMs = (json as { skewMs?: unknown } | null)?.skewMs;
  if (typeof skewMs === 'number' && Number.isFinite(skewMs)) return skewMs;
  throw new Error('The clock is {"skewMs": <milliseconds ahead of this machine’s>}.');
}
