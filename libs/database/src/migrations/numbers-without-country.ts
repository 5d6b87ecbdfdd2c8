import type { Client } from 'pg';

/** Says how many adopted numbers have no country code that makes them numbers in E.164; nothing when all have one. */
export async function numbersWithoutCountry(owner: Client, schema: string): Promise<string[]> {
  const { rows } = await owner.query<{ numbers: string; all: string }>(
    `SELECT count(*) FILTER (WHERE (country_code ~ '^\\+?[1-9][0-9]{0,2}$') IS NOT TRUE) AS numbers, count(*) AS all
     FROM "${schema}".voice_agent_numbers`,
  );
  return rows
    .filter(({ numbers }) => numbers !== '0')
    .map(
      ({ numbers, all }) =>
        `Of the ${all} rows in voice_agent_numbers ${numbers} have no country_code of 1 to 3 digits: nobody can call from these numbers until it is set.`,
    );
}
