import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';

export interface Certificate {
  /** PEM: the certificate, which is its own authority. */
  readonly certificate: string;
  /** PEM, PKCS#8. */
  readonly privateKey: string;
}

const [ECDSA_WITH_SHA256, COMMON_NAME, ALTERNATIVE_NAMES, BASIC_CONSTRAINTS] = [
  '06082a8648ce3d040302',
  '0603550403',
  '0603551d11',
  '0603551d13',
].map((hex) => Buffer.from(hex, 'hex'));
const DAY_MS = 86_400_000;

/** A fresh certificate for localhost and 127.0.0.1, good for a day, for tests of clients that speak TLS. */
export function selfSignedCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const algorithm = sequence(ECDSA_WITH_SHA256);
  const name = sequence(der(0x31, sequence(COMMON_NAME, der(0x0c, Buffer.from('localhost')))));
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    sequence(utcTime(-DAY_MS), utcTime(DAY_MS)),
    name,
    publicKey,
    der(
      0xa3,
      sequence(
        sequence(ALTERNATIVE_NAMES, der(0x04, names)),
        sequence(
          BASIC_CONSTRAINTS,
          der(0x01, Buffer.from([0xff])),
          der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
        ),
      ),
    ),
  );
  const signature = sign('sha256', body, createPrivateKey(privateKey));
  const certificate = sequence(body, algorithm, der(0x03, Buffer.from([0]), signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
    privateKey,
  };
}

/** One value in DER. */
function der(tag: number, ...parts: (Buffer | undefined)[]): Buffer {
  const content = Buffer.concat(parts.filter((part) => part !== undefined));
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: (Buffer | undefined)[]): Buffer => der(0x30, ...parts);

const utcTime = (fromNowMs: number): Buffer =>
  der(
    0x17,
    Buffer.from(
      `${new Date(Date.now() + fromNowMs)
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  );
