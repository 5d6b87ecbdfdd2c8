import type { Database } from './open-database.ts';

/** The version of the configuration now, `<epoch>.<version>`. */
export function readSnapshotVersion(db: Database): Promise<string> {
  return db.withConnection(async (client) => {
    const { rows } = await client.query<{ epoch: string; version: string }>({
      name: 'feed-position',
      text: `SELECT epoch, version FROM "${db.schema}".feed_position()`,
    });
    const [position] = rows;
    if (position === undefined) throw new Error(noEpoch(db.schema));
    return `${position.epoch}.${position.version}`;
  });
}

/** What to say when the change feed has lost the one row that tells its epoch. */
export function noEpoch(schema: string): string {
  return `Schema ${schema} has no row in change_epoch: insert one, INSERT INTO change_epoch DEFAULT VALUES.`;
}
