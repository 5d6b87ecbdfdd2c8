import type { DispatchRequest, Route, Target } from '@dialplane/contracts';

import { configChanged } from '../refusals/config-changed.ts';
import { purposeOf } from '../requests/purpose-of.ts';
import type { ReadDispatchRequest } from '../requests/read-dispatch-request.ts';
import type { ReadAhead } from '../targets/create-read-ahead.ts';
import { firstUsableTarget } from '../targets/first-usable-target.ts';
import type { OpenedCredential } from '../targets/read-credential.ts';
import type { AskRouter } from './ask-router.ts';

export interface RoutingParts {
  readonly askRouter: AskRouter;
  readonly readAhead: ReadAhead;
  /** The same targets, those whose deployment or trunk is ejected last. */
  readonly order: (targets: readonly Target[]) => readonly Target[];
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
  request: ReadDispatchRequest,
  written: DispatchRequest,
  tenantId: string | undefined,
  deadline: Date | undefined,
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
