/** False when the work fails, or takes longer. */
export async function succeedsWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), Math.max(0, ms));
  });
  const succeeds = work.then(
    () => true,
    () => false,
  );
  return Promise.race([succeeds, tooLate]).finally(() => clearTimeout(timer));
}
