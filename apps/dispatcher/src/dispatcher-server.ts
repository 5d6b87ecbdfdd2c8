import type { DispatcherServer } from '@dialplane/contracts';
import { serverStream, unary } from '@dialplane/grpc';

import { addDoNotCall } from './add-do-not-call.ts';
import type { AddDoNotCallParts } from './add-do-not-call.ts';
import { cancelCall } from './cancel-call.ts';
import type { CancelCallParts } from './cancel-call.ts';
import { dispatch } from './dispatch.ts';
import type { DispatchParts } from './dispatch.ts';
import { getCall } from './get-call.ts';
import { listCalls } from './list-calls.ts';
import type { ListCallsParts } from './list-calls.ts';
import { watchCall } from './watch-call.ts';
import type { WatchCallParts } from './watch-call.ts';

type Parts = DispatchParts & ListCallsParts & WatchCallParts & CancelCallParts & AddDoNotCallParts;

/** Dispatcher: what services ask for. */
export function dispatcherServer(parts: Parts): DispatcherServer {
  return {
    dispatch: unary((request, context) => dispatch(parts, request, context)),
    getCall: unary((request) => getCall(parts, request)),
    listCalls: unary((request) => listCalls(parts, request)),
    watchCall: serverStream((request, context) => watchCall(parts, request, context)),
    cancelCall: unary((request) => cancelCall(parts, request)),
    addDoNotCall: unary((request) => addDoNotCall(parts, request)),
  };
}
