const TRIES = 3;

/** Starts again when somebody took the port between our finding it free and the process taking it. */
export async function retryTakenPort<Part>(start: () => Promise<Part>): Promise<Part> {
  for (let tryNumber = 1; ; tryNumber++) {
    try {
      return await start();
    } catch (error) {
      if (tryNumber === TRIES || !/address already in use/i.test(String(error))) throw error;
    }
  }
}
