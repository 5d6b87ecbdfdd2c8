import { builtinModules } from 'node:module';

import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import { defineConfig } from 'eslint/config';
import ts from 'typescript-eslint';

/** Who may import whom: the table of `docs/architecture.md`, by the tags in each package.json's `nx.tags`. */
const mayImport = [
  ['layer:app', ['layer:adapter', 'layer:domain', 'layer:foundation', 'layer:contract']],
  ['layer:contract', []],
  ['layer:domain', ['room:tenancy']],
  ['layer:adapter', ['layer:domain', 'layer:foundation', 'layer:contract']],
  ['layer:foundation', []],
  ['layer:example', ['layer:contract']],
  ['layer:tool', ['layer:tool', 'layer:adapter', 'layer:domain', 'layer:foundation', 'layer:contract']],
  ['room:tenancy', []],
  ['room:database', ['layer:domain', 'layer:foundation']],
  ['room:livekit', ['layer:domain', 'layer:foundation']],
  ['room:grpc', ['layer:contract', 'layer:foundation']],
  ['room:real-parts', []],
];

/** The packages from outside that a domain room may use. */
const mayUse = { 'room:tenancy': ['zod', 'zod/*'], 'room:routing': [], 'room:calls': [] };

/** What any test may use besides: tests of every layer run against the real parts. */
const TEST_PACKAGES = ['@jest/globals', 'fast-check', 'ajv', 'ajv/*'];

function moduleBoundaries({ test }) {
  const layers = mayImport.map(([sourceTag, tags]) => ({
    sourceTag,
    onlyDependOnLibsWithTags: test ? [...tags, 'layer:tool'] : tags,
  }));
  const rooms = Object.entries(mayUse).map(([sourceTag, packages]) => ({
    sourceTag,
    allowedExternalImports: test ? [...packages, ...TEST_PACKAGES] : packages,
  }));
  // A test may use its library as others do, by name.
  return [
    'error',
    { depConstraints: [...layers, ...rooms], banTransitiveDependencies: true, allowCircularSelfDependency: test },
  ];
}

/** Node's own modules, with `node:` and without, but for the allowed ones. */
function noNodeModules({ but = [] } = {}) {
  const names = builtinModules.map((name) => name.replace(/^node:/, '')).filter((name) => !but.includes(name));
  return {
    patterns: [
      {
        regex: `^(node:)?(${names.join('|')})$`,
        message: 'A domain library decides on values that are passed in; what needs Node belongs to an adapter.',
      },
    ],
  };
}

const noDynamicImport = {
  selector: 'ImportExpression',
  message: 'A domain library imports at the top of the file, where the lint can see it.',
};

/** Everything by which code could learn the time, draw at random, wait or reach the world. */
const WORLD = [
  'process',
  'global',
  'performance',
  'crypto',
  'fetch',
  'WebSocket',
  'EventSource',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
  'Temporal',
  'eval',
  'Function',
  'require',
  'console',
];
const restrictGlobals = (names, message) => [
  'error',
  { globals: names.map((name) => ({ name, message })), checkGlobalObject: true },
];

export default defineConfig(
  {
    ignores: ['**/node_modules/', '**/dist/', '**/.dialplane/', '.nx/', 'coverage/', 'libs/*/src/gen/'],
  },
  js.configs.recommended,
  ts.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { project: ['./tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // What callers write may hold control characters; expressions that look for them are meant.
      'no-control-regex': 'off',
      // Our objects are plain records of functions: none of them has a `this`.
      '@typescript-eslint/unbound-method': 'off',
      // An async function without await still turns what it throws into a rejection.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  { files: ['**/*.js'], ...ts.configs.disableTypeChecked },
  {
    files: ['**/*.js'],
    languageOptions: { globals: { Buffer: 'readonly', console: 'readonly', process: 'readonly' } },
  },

  // Who may import whom.
  {
    files: ['**/*.ts'],
    plugins: { '@nx': nx },
    rules: { '@nx/enforce-module-boundaries': moduleBoundaries({ test: false }) },
  },
  {
    files: ['*/*/test/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': moduleBoundaries({ test: true }) },
  },

  // Files that one sitting can read.
  { files: ['*/*/src/**/*.ts'], rules: { 'max-lines': ['warn', { max: 300 }] } },

  // Domain libraries are pure.
  {
    files: ['libs/{tenancy,routing,calls}/src/**/*.ts'],
    rules: {
      'no-restricted-imports': ['error', noNodeModules()],
      'no-restricted-globals': restrictGlobals(
        ['process', 'global', 'require'],
        'A domain library reads values that are passed in.',
      ),
      'no-restricted-syntax': ['error', noDynamicImport],
    },
  },
  {
    files: ['libs/calls/src/**/*.ts'],
    rules: { 'no-restricted-imports': ['error', noNodeModules({ but: ['crypto'] })] },
  },
  {
    files: ['libs/routing/src/**/*.ts'],
    rules: {
      'no-restricted-globals': restrictGlobals(
        WORLD,
        'The decision has no clock, no randomness and no I/O: take it as a value.',
      ),
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Take the draw as a value.' },
      ],
      'no-restricted-syntax': [
        'error',
        noDynamicImport,
        {
          selector:
            'Identifier[name="Date"]:not(NewExpression[arguments.length>0] > .callee, TSTypeReference > .typeName)',
          message: 'Take `now` as a value; `new Date(given)` is allowed, the clock is not.',
        },
        { selector: 'Identifier[name="globalThis"]', message: 'Name what is used, so that the lint can see it.' },
      ],
    },
  },

  // An app reads its surroundings in main.ts and nowhere else.
  {
    files: ['apps/*/src/**/*.ts'],
    ignores: ['apps/*/src/main.ts'],
    rules: {
      'no-restricted-globals': restrictGlobals(['process'], 'Only main.ts touches `process`; pass in what is needed.'),
      'no-restricted-imports': [
        'error',
        { paths: ['process', 'node:process'].map((name) => ({ name, message: 'Only main.ts touches `process`.' })) },
      ],
    },
  },
);
