/**
 * One run for everything: `npm test`. Tests named `*.real.test.ts` get real PostgreSQL, Redis and LiveKit. Long
 * ones, named `*.soak.test.ts`, get the same and are a run of their own: `npm run test:soak`.
 */
const isSoak = process.env.DIALPLANE_SOAK === '1';
const shared = {
  rootDir: import.meta.dirname,
  extensionsToTreatAsEsm: ['.ts'],
  transform: {},
  modulePathIgnorePatterns: ['/dist/', '/.dialplane/', '/.nx/'],
};
const tests = (name) => [`<rootDir>/{apps,libs,examples,tools}/**/test/**/${name}`];

const unit = {
  ...shared,
  displayName: 'unit',
  testMatch: tests('*.test.ts'),
  testPathIgnorePatterns: ['\\.(real|soak)\\.test\\.ts$', '/node_modules/'],
};
const withRealParts = (name) => ({
  ...shared,
  displayName: name,
  testMatch: tests(`*.${name}.test.ts`),
  globalSetup: './tools/jest/start-real-parts.ts',
  globalTeardown: './tools/jest/stop-real-parts.ts',
});

export default {
  projects: isSoak ? [withRealParts('soak')] : [unit, withRealParts('real')],
  maxWorkers: 2,
  // A worker keeps what its test files imported; one with a gigabyte takes longer to end than Jest gives it.
  workerIdleMemoryLimit: '400MB',
  testTimeout: 60_000,
  reporters: ['default', './tools/jest/totals-reporter.js'],
};
