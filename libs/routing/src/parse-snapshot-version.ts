/** A state of the configuration: versions of one epoch are ordered, those of two epochs are not. */
export interface SnapshotVersion {
  readonly epoch: string;
  readonly version: number;
}

const SNAPSHOT_VERSION = /^([0-9A-Za-z-]{1,64})\.([0-9]{1,15})$/;

/** Reads `<epoch>.<version>`; undefined when the text is not one. */
export function parseSnapshotVersion(text: string): SnapshotVersion | undefined {
  const [, epoch, version] = SNAPSHOT_VERSION.exec(text) ?? [];
  return epoch === undefined || version === undefined ? undefined : { epoch, version: Number(version) };
}
