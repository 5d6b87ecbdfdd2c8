import type { RouteCallRequest, RouteCallsRequest, RouteCallsResponse, RouterClient } from '@dialplane/contracts';
import type { ClientDuplexStream } from '@grpc/grpc-js';

/** What the router decided; undefined when the stream gave no decision. */
export type Decided = Exclude<RouteCallsResponse['results'][number]['outcome'], { $case: 'error' } | undefined>;

export interface RouteStream {
  /** Resolves to undefined where there is no decision: an error, a stream that broke, no answer by the deadline. */
  ask(request: RouteCallRequest, deadline: Date): Promise<Decided | undefined>;
  close(): void;
}

type Answer = (decided: Decided | undefined) => void;
type Stream = ClientDuplexStream<RouteCallsRequest, RouteCallsResponse>;

/**
 * One RouteCalls stream that stays open: a question on it costs half of what a call of its own does. Answers come in
 * the order of the questions. It is opened with the first question, and again with the first one after it broke.
 */
export function createRouteStream(router: RouterClient): RouteStream {
  let open: { readonly stream: Stream; readonly questions: Answer[] } | undefined;

  const opened = (): NonNullable<typeof open> => {
    if (open !== undefined) return open;
    const stream = router.routeCalls();
    const current = { stream, questions: [] as Answer[] };
    const broke = (): void => {
      if (open === current) open = undefined;
      for (const answer of current.questions.splice(0)) answer(undefined);
    };
    stream.on('data', ({ results: [result] }: RouteCallsResponse) => {
      const outcome = result?.outcome;
      current.questions.shift()?.(outcome === undefined || outcome.$case === 'error' ? undefined : outcome);
    });
    stream.on('error', broke);
    stream.on('end', broke);
    open = current;
    return current;
  };

  return {
    ask: (request, deadline) =>
      new Promise((resolve) => {
        const { stream, questions } = opened();
        const timer = setTimeout(resolve, deadline.getTime() - Date.now(), undefined);
        questions.push((decided) => {
          clearTimeout(timer);
          resolve(decided);
        });
        stream.write({ requests: [{ id: '', request }] });
      }),
    close: () => open?.stream.cancel(),
  };
}
