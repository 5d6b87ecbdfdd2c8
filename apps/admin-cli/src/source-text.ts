import { word } from './word.ts';

/** Where the credentials come from; loud when it is not the database. */
export function sourceText(source: string): string {
  return word(source, 'ROUTE_SOURCE') === 'environment'
    ? 'ENVIRONMENT: using environment credentials, not the database'
    : 'database';
}
