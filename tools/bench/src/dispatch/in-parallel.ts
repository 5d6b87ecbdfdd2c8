/** Does something so many times, so many at a time. */
export async function inParallel(times: number, concurrency: number, work: () => Promise<unknown>): Promise<void> {
  let left = times;
  const worker = async (): Promise<void> => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}
