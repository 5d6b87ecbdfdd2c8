import { expect, test } from '@jest/globals';

import { callIdOfRoom, roomName } from '../src/index.ts';

const CALL = '0f8fad5b-d9cb-469f-a165-70867728950e';

test('a room has the form that existing workers parse, and is the same whenever it is asked for', () => {
  expect(roomName(CALL, 1)).toMatch(/^call-0f8fad5bd9cb469fa16570867728950e-[0-9a-f]{8}$/);
  expect(roomName(CALL, 1)).toBe(roomName(CALL, 1));
});

test('another attempt has another room', () => {
  expect(roomName(CALL, 2)).not.toBe(roomName(CALL, 1));
});

test('a room names its call', () => {
  expect(callIdOfRoom(roomName(CALL, 1))).toBe(CALL);
});

test.each(['', 'call-', `call-${CALL}-00000000`, `${roomName(CALL, 1)}0`, `x${roomName(CALL, 1)}`, 'lobby'])(
  'a room that is none of ours names none: %j',
  (room) => {
    expect(callIdOfRoom(room)).toBeUndefined();
  },
);
