/** Preloaded into a dispatcher: it writes on calls that another one has taken over. */
import { rewriteSources } from './rewrite-sources.ts';

rewriteSources([
  {
    file: '/repositories/calls/mover.ts',
    replacements: [[/'c\.fence = \$6'/, `'$6::int IS NOT NULL'`]],
  },
  {
    file: '/repositories/calls/start-attempt.ts',
    replacements: [[/AND c\.fence = \$3/, 'AND $3::int IS NOT NULL']],
  },
  {
    file: '/repositories/calls/grant-permit.ts',
    replacements: [[/WHEN \$8::int IS NOT NULL AND \(call\.fence <> \$8/, 'WHEN false AND ($8::int IS NULL']],
  },
]);
