/** Example rows and a case of every refusal, for tests of other projects. */
export { config, deployment, exampleRows, NOW, number, request, tenant, trunk } from './example-view.ts';
export type { ExampleRows } from './example-view.ts';
export { REFUSALS } from './refusal-cases.ts';
