import { expect, test } from '@jest/globals';
import { resolveDatabase } from '@dialplane/database';

const folder = '/nonexistent/dialplane';
const url = 'postgres://someone@db.example.com/app';

test('a URL in the environment is used as it is, by role', async () => {
  const env = { DATABASE_URL: url, DATABASE_OWNER_URL: `${url}_owner`, DB_SCHEMA: 'lad_dev' };
  expect(await resolveDatabase({ env, role: 'router', folder })).toEqual({ url, schema: 'lad_dev', embedded: false });
  expect(await resolveDatabase({ env, role: 'owner', folder })).toEqual({
    url: `${url}_owner`,
    schema: 'lad_dev',
    embedded: false,
  });
  expect(await resolveDatabase({ env: { DATABASE_URL: url }, role: 'admin', folder })).toMatchObject({
    schema: 'dialplane',
  });
});

test('one URL of the two is a mistake, never a reason to start a database of our own', async () => {
  await expect(resolveDatabase({ env: { DATABASE_URL: url }, role: 'owner', folder })).rejects.toThrow(
    /DATABASE_URL is set, and DATABASE_OWNER_URL is not.*the owner of the schema/,
  );
  await expect(resolveDatabase({ env: { DATABASE_OWNER_URL: url }, role: 'router', folder })).rejects.toThrow(
    /DATABASE_OWNER_URL is set, and DATABASE_URL is not.*dialplane_router/,
  );
});
