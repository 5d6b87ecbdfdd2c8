import type { Pool, PoolClient } from 'pg';

/** Keeps a pool whole, and the process alive, through connections that break at any moment. */
export function guardPool(pool: Pool): void {
  pool.on('connect', (client) => {
    // A lent connection that breaks between two queries would take the process down; its next query says so.
    client.on('error', () => {});
    closeWhenUnanswered(client);
  });
  // The pool sets `release` after this event, and before anybody can use the connection.
  pool.on('acquire', (client) => queueMicrotask(() => takeBackWhenBroken(client)));
}

/**
 * The ORM does not give a connection back when its rollback fails, which it does on a broken connection: the
 * pool would be used up by ten of them.
 */
function takeBackWhenBroken(client: PoolClient): void {
  const release = client.release.bind(client);
  let isReleased = false;
  const releaseOnce = (error?: Error | boolean): void => {
    client.off('end', takeBack);
    if (!isReleased) release(error);
    isReleased = true;
  };
  const takeBack = (): void => releaseOnce(true);
  client.once('end', takeBack);
  client.release = releaseOnce;
}

/** A late answer must not meet the next query: a connection that was not answered in time is closed. */
function closeWhenUnanswered(client: PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const closing = (...args: unknown[]): unknown => {
    const answer = query(...args);
    if (answer instanceof Promise) {
      answer.catch((error: Error) => {
        if (error.message === 'Query read timeout')
          (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
      });
    }
    return answer;
  };
  Object.assign(client, { query: closing });
}
