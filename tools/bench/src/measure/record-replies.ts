import { RouteCallResponse } from '@dialplane/contracts';

import { requestOf, writeMessages } from '../fleet/write-requests.ts';
import type { Router } from '../servers/start-servers.ts';
import { askRouter } from './ask-router.ts';

/** Writes the router's replies to its first requests, for the echoes: theirs are to be as long, and as varied. */
export async function recordReplies(router: Router, replies: number, file: string): Promise<void> {
  const asker = askRouter(router.address);
  try {
    const numbers = Array.from({ length: replies }, (_, n) => n);
    const routes = await Promise.all(numbers.map((n) => asker.route(requestOf(n, router.database.numbers))));
    const encoded = routes.map((value) => RouteCallResponse.encode({ outcome: { $case: 'route', value } }).finish());
    await writeMessages(file, [() => encoded]);
  } finally {
    asker.close();
  }
}
