/**
 * The bare transport: answers every RouteCall with the next of some recorded replies. The request is decoded and
 * the reply encoded each time, by the generated code, as any service on grpc-js does; nothing else happens.
 * Usage: echo.ts <file of replies>
 */
import { readFileSync } from 'node:fs';

import { RouteCallResponse, RouterService } from '@dialplane/contracts';
import type { RouterServer } from '@dialplane/contracts';

import { readMessages } from './read-messages.ts';
import { serve } from './serve.ts';

const [file = ''] = process.argv.slice(2);
const replies = readMessages(readFileSync(file)).map((reply) => RouteCallResponse.decode(reply));
let next = 0;

const routeCall: RouterServer['routeCall'] = (_call, answer) => {
  next = next + 1 === replies.length ? 0 : next + 1;
  answer(null, replies[next]);
};
await serve(RouterService, { routeCall });
