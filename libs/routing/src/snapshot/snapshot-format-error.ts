/** Bytes are no snapshot of this version's, or not all of one. */
export class SnapshotFormatError extends Error {
  override readonly name = 'SnapshotFormatError';

  constructor(problem: string, options?: ErrorOptions) {
    super(`Not a snapshot that can be read: ${problem}.`, options);
  }
}
