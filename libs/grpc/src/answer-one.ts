/** Runs a handler, which may answer at once, and gives its answer, or what it threw, to one of the two. */
export function answerOne<Response>(
  handle: () => Response | Promise<Response>,
  reply: (response: Response) => void,
  refuse: (error: unknown) => void,
): void {
  let answered: Response | Promise<Response>;
  try {
    answered = handle();
  } catch (error) {
    return refuse(error);
  }
  if (isPromise(answered)) void answered.then(reply, refuse);
  else reply(answered);
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { readonly then?: unknown } | undefined)?.then === 'function';
}
