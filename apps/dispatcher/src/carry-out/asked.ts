import { LiveKitError } from '@dialplane/livekit';

/** The answer to a request; undefined when the deployment gives none just now. */
export async function asked<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof LiveKitError) return undefined;
    throw error;
  }
}
