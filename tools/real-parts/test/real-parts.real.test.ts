import { expect, test } from '@jest/globals';

test('placeholder', async () => { const s = JSON.parse(process.env.DIALPLANE_TEST_LIVEKIT!); expect(s).toHaveLength(2); expect(await (await fetch(s[1].url)).text()).toBe('OK'); console.log(s, process.env.DIALPLANE_TEST_REDIS)});
