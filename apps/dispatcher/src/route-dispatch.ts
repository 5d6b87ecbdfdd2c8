import type { DispatchRequest, Route, Target } from '@dialplane/contracts';

import { configChanged } from './refusals/config-changed.ts';
import { purposeOf } from './requests/purpose-of.ts';
import type { ReadDispatchRequest } from './requests/read-dispatch-request.ts';
import type { ReadAhead } from './targets/create-read-ahead.ts';
import { firstUsableTarget } from './targets/first-usable-target.ts';
import type { OpenedCredential } from './targets/read-credential.ts';
import type { AskRouter } from './router/ask-router.ts';

export interface RoutingParts {
  readonly askRouter: AskRouter;
  readonly readAhead: ReadAhead;
  /** The same targets, those whose deployment or trunk is ejected last. */
  readonly order: (targets: readonly Target[]) => readonly Target[];
}

export interface RoutingRequest {
  readonly request: ReadDispatchRequest;
  /** The same as it came. */
  readonly written: DispatchRequest;
  /** Undefined when the user is not known: the router says so. */
  readonly tenantId: string | undefined;
  readonly deadline: Date | undefined;
}

/** Where a call goes, and the first of its targets that can be used. */
export interface RoutedDispatch {
  readonly tenantId: string;
  readonly route: Route;
  readonly targets: readonly Target[];
  readonly index: number;
  readonly credential: OpenedCredential;
}

/** Asks the router, and reads the credential beside; throws the refusal, or what is wrong with the targets. */
export async function routeDispatch(
  { askRouter, readAhead, order }: RoutingParts,
  { request, written, tenantId, deadline }: RoutingRequest,
): Promise<RoutedDispatch> {
  const question = {
    ...written,
    initiatedBy: request.initiatedBy ?? '',
    tenantId: tenantId ?? request.tenantId ?? '',
    purpose: purposeOf(request),
    routingKey: request.idempotencyKey,
  };
  const readCredential = readAhead(tenantId ?? '', request.fromNumber);
  const route = await askRouter(question, deadline);
  if (route.tenantId !== tenantId) throw configChanged();
  const targets = order(route.targets);
  return { tenantId, route, targets, ...(await firstUsableTarget(readCredential, tenantId, route.source, targets)) };
}
