import { expect, test } from '@jest/globals';
import fc from 'fast-check';

import { readServerUrl } from '../src/index.ts';

test.each([
  ['http://livekit.example.com:7880', 'http://livekit.example.com:7880'],
  ['http://livekit.example.com:7880/', 'http://livekit.example.com:7880'],
  ['ws://livekit.example.com:7880', 'http://livekit.example.com:7880'],
  ['wss://livekit.example.com', 'https://livekit.example.com'],
  ['wss://livekit.example.com/', 'https://livekit.example.com'],
  ['wss://livekit.example.com:443', 'https://livekit.example.com'],
  ['https://livekit.example.com', 'https://livekit.example.com'],
  ['ws://livekit.example.com:80', 'http://livekit.example.com'],
  ['ws://livekit.example.com:443', 'http://livekit.example.com:443'],
  ['wss://livekit.example.com:80', 'https://livekit.example.com:80'],
  ['HTTPS://LiveKit.Example.COM', 'https://livekit.example.com'],
  ['ws://127.0.0.1:7880', 'http://127.0.0.1:7880'],
  ['ws://[::1]:7880', 'http://[::1]:7880'],
])('%s is the server %s', (text, origin) => {
  expect(readServerUrl(text)).toEqual({ kind: 'ok', serverUrl: { url: text.replace(/\/$/, ''), origin } });
});

test.each([
  ['', 'it is not a URL'],
  ['livekit.example.com', 'it is not a URL'],
  [`https://${'a'.repeat(2_041)}`, 'it is longer than 2048 characters'],
  [`https://${'ü.'.repeat(500)}example.com`, 'it is longer than 2048 characters'],
  ['livekit.example.com:7880', 'it is not written as scheme://host'],
  ['//livekit.example.com', 'it is not a URL'],
  ['http://', 'it is not a URL'],
  ['http://livekit.example.com:99999', 'it is not a URL'],
  ['http:livekit.example.com', 'it is not written as scheme://host'],
  ['http:/livekit.example.com', 'it is not written as scheme://host'],
  ['http:///livekit.example.com', 'it is not written as scheme://host'],
  ['ftp://livekit.example.com', 'its scheme is none of http, https, ws and wss'],
  ['file:///etc/passwd', 'it is not written as scheme://host'],
  ['javascript:alert(1)', 'it is not written as scheme://host'],
  ['https://key:secret@livekit.example.com', 'it holds credentials'],
  ['https://key@livekit.example.com', 'it holds credentials'],
  ['https://@livekit.example.com', 'it holds credentials'],
  ['https://:@livekit.example.com', 'it holds credentials'],
  ['https://livekit.example.com/rtc', 'it has a path'],
  ['https://livekit.example.com//', 'it has a path'],
  ['https://livekit.example.com/.', 'it has a path'],
  ['https://livekit.example.com/?token=1', 'it has a query or a fragment'],
  ['https://livekit.example.com/?', 'it has a query or a fragment'],
  ['https://livekit.example.com/#', 'it has a query or a fragment'],
  ['https://livekit.example.com#here', 'it has a query or a fragment'],
  ['https://livekit.example.com.', 'its host ends with a dot'],
  ['wss://livekit.example.com.:7880/', 'its host ends with a dot'],
  ['https://livekit.example.com..', 'its host ends with a dot'],
  ['https://livekit.example.com\u3002', 'its host ends with a dot'],
  ['https://livekit.example.com%2e', 'its host ends with a dot'],
  ['https://livekit.example.com\\evil', 'it holds white space or a backslash'],
  [' https://livekit.example.com', 'it holds white space or a backslash'],
  ['https://livekit.example.com\n', 'it holds white space or a backslash'],
  ['https://live\tkit.example.com', 'it holds white space or a backslash'],
  ['https://livekit.example.com\u0000', 'it holds white space or a backslash'],
  ['https://livekit.example.com\u00a0', 'it holds white space or a backslash'],
])('%j is refused: %s', (text, problem) => {
  expect(readServerUrl(text)).toEqual({ kind: 'problem', problem });
});

test('every spelling of a server gives one origin', () => {
  fc.assert(
    fc.property(fc.domain(), fc.option(fc.integer({ min: 1, max: 65535 })), fc.boolean(), (host, port, tls) => {
      const authority = host + (port === null ? '' : `:${port}`);
      const spellings = (tls ? ['https', 'wss'] : ['http', 'ws']).flatMap((scheme) => [
        `${scheme}://${authority}`,
        `${scheme}://${authority}/`,
      ]);
      const origins = spellings.map((text) => {
        const reading = readServerUrl(text);
        return reading.kind === 'ok' ? reading.serverUrl.origin : reading.problem;
      });
      expect(new Set(origins).size).toBe(1);
      expect(origins[0]).toMatch(tls ? /^https:\/\// : /^http:\/\//);
    }),
  );
});
