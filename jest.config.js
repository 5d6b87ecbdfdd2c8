/** One run for everything: `npm test`. Tests named `*.real.test.ts` get real PostgreSQL, Redis and LiveKit. */
const shared = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  modulePathIgnorePatterns: ['/dist/', '/.dialplane/', '/.nx/'],
};
const tests = (name) => [`<rootDir>/{apps,libs,examples,tools}/**/test/**/${name}`];

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: tests('*.test.ts'),
      testPathIgnorePatterns: ['\\.real\\.test\\.ts$', '/node_modules/'],
    },
    {
      ...shared,
      displayName: 'real',
      testMatch: tests('*.real.test.ts'),
      globalSetup: './tools/jest/start-real-parts.ts',
      globalTeardown: './tools/jest/stop-real-parts.ts',
    },
  ],
  maxWorkers: 2,
  testTimeout: 60_000,
  reporters: ['default', './tools/jest/totals-reporter.js'],
};
