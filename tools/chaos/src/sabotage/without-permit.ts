/** Preloaded into a dispatcher: a permit is granted to whoever asks for it. */
import { rewriteSources } from './rewrite-sources.ts';

rewriteSources([
  {
    file: '/repositories/calls/grant-permit.ts',
    replacements: [
      [/WHEN call\.permit_attempt IS NOT NULL THEN 'held'/, ''],
      [/WHEN attempt\.state NOT IN \$\{BEFORE_PERMIT\} THEN 'revoked'/, ''],
    ],
  },
]);
