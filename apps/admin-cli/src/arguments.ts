import { CallState, enumKey } from '@dialplane/contracts';
import { parseSnapshotVersion } from '@dialplane/routing';
import type { Purpose } from '@dialplane/routing';
import {
  COUNTRY_CODES,
  countryDigits,
  isAgentName,
  isE164,
  isFromNumber,
  isShortName,
  isSipTrunkId,
  isUuid,
  readServerUrl,
  readSipCodes,
} from '@dialplane/tenancy';
import type { SipCodes } from '@dialplane/tenancy';
import { InvalidArgumentError } from 'commander';

import { badUsage } from './refusal.ts';
import { PURPOSES } from './route/question.ts';

/** Readers of arguments: what a person typed → what the command works with, or exit 2 with the reason. */

const wrong = (message: string): InvalidArgumentError => new InvalidArgumentError(message);

export function uuid(text: string): string {
  if (!isUuid(text)) throw wrong('It is not a UUID, such as 11111111-1111-4111-8111-111111111111.');
  return text.toLowerCase();
}

/** A LiveKit server's URL as it is stored. The text is never shown again: it may hold a password. */
export function serverUrl(text: string): string {
  const reading = readServerUrl(text);
  if (reading.kind === 'problem') {
    throw badUsage(
      `--url is not usable: ${reading.problem}.`,
      'Write scheme, host and port alone, for example https://livekit.example.com or ws://livekit.example.com:7880',
    );
  }
  return reading.serverUrl.url;
}

/** A deployment, by any of the URLs that its configs may have: the origin that they share. */
export function deploymentOrigin(text: string): string {
  const reading = readServerUrl(text);
  if (reading.kind === 'problem')
    throw wrong(`It is not usable: ${reading.problem}. Write scheme, host and port, as in the URL of its configs.`);
  return reading.serverUrl.origin;
}

/** The short name of a region. */
export function region(text: string): string {
  if (!isShortName(text))
    throw wrong('A region is 1 to 32 letters, digits, hyphens and underscores, for example IN or eu-west.');
  return text;
}

/** Countries by ISO 3166 alpha-2, with commas between. */
export function countries(text: string): string[] {
  const codes = [...new Set(text.toUpperCase().split(','))];
  if (codes.includes('UK')) throw wrong('The United Kingdom is GB.');
  if (!codes.every((code) => COUNTRY_CODES.includes(code)))
    throw wrong('It must be codes of countries with commas between, for example IN,AE.');
  return codes;
}

/** SIP codes with what a carrier means by each, with commas between. */
export function sipCodes(text: string): SipCodes {
  const meanings = text.split(',').map((part) => /^([0-9]+)=([a-z_]+)$/.exec(part.trim().toLowerCase()) ?? []);
  const codes = meanings.map(([, code]) => code ?? '');
  if (codes.includes(''))
    throw wrong('It must be codes with what each means, for example 480=carrier_trouble,603=busy.');
  if (new Set(codes).size < codes.length) throw wrong('It has a code twice.');
  const reading = readSipCodes(Object.fromEntries(meanings.map(([, code, reason]) => [code, reason])));
  if (reading.kind === 'problem') throw wrong(`${reading.problem}.`);
  return reading.value;
}

/** In either case: contracts write it in capitals. */
export function purpose(text: string): Purpose {
  const found = PURPOSES.find((word) => word === text.toLowerCase());
  if (found === undefined) throw wrong(`It is one of ${PURPOSES.join(', ')}.`);
  return found;
}

/** Why, for people: 1 to 500 characters. */
export function note(text: string): string {
  if (text.trim() === '' || text.length > 500 || text.includes('\0') || !text.isWellFormed())
    throw wrong('It must be 1 to 500 characters.');
  return text;
}

/** `<epoch>.<version>`, as a command that changes something prints it. */
export function snapshotVersion(text: string): string {
  if (parseSnapshotVersion(text) === undefined)
    throw wrong('It must be a snapshot version as a command printed it, such as 290dc096d2c4.13.');
  return text;
}

/** A moment with its offset from UTC, ISO 8601. */
export function moment(text: string): Date {
  const isIso = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const date = new Date(isIso ? text : NaN);
  // What JavaScript would carry over, as 30 February, is no date.
  if (Number.isNaN(date.getTime()) || !isDayOfMonth(text))
    throw wrong('It must be a moment with its offset, such as 2026-11-25T10:30:00Z or 2026-11-25T16:00:00+05:30.');
  return date;
}

function isDayOfMonth(text: string): boolean {
  const [year = NaN, month = NaN, day = NaN] = text.slice(0, 10).split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A moment as `moment` reads it, or how long ago it was: `90s`, `15m`, `2h`, `7d`. */
export function momentOrAgo(text: string): Date {
  const [, length = '', unit = ''] = /^([1-9][0-9]{0,5})(s|m|min|h|d)$/.exec(text) ?? [];
  const ms = UNIT_MS[unit];
  return ms === undefined ? moment(text) : new Date(Date.now() - Number(length) * ms);
}

const CALL_STATES = ['accepted', 'in_progress', 'ended', 'failed', 'cancelled', 'unknown'] as const;

/** States of calls with commas between, in either case, as the contract or as people write them. */
export function callStates(text: string): CallState[] {
  return text.split(',').map((part) => {
    const state = CALL_STATES.find((one) => one === part.trim().toLowerCase().replaceAll('-', '_'));
    if (state === undefined) throw wrong(`Each is one of ${CALL_STATES.join(', ')}.`);
    return CallState[enumKey(state)];
  });
}

/** As a list printed it. */
export function pageToken(text: string): string {
  if (!/^[\x21-\x7e]{1,1024}$/.test(text)) throw wrong('It must be the page token that the list before printed.');
  return text;
}

/** The number of an event of a call; 0 is before the first. */
export function eventNumber(text: string): number {
  if (!/^(0|[1-9][0-9]{0,5})$/.test(text)) throw wrong('It must be a whole number from 0 to 999999.');
  return Number(text);
}

/** A whole number from 1. */
export function count(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw wrong('It must be a whole number from 1 to 999999.');
  return Number(text);
}

export function sipTrunkId(text: string): string {
  if (!isSipTrunkId(text)) throw wrong('A trunk id begins with ST_, as LiveKit lists it.');
  return text;
}

/** A name for people, or an agent name: 1 to 128 characters, none of them a control character. */
export function name(text: string): string {
  if (
    text.trim() !== text ||
    text === '' ||
    text.length > 128 ||
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text) ||
    !text.isWellFormed()
  ) {
    throw wrong('It must be 1 to 128 characters, without control characters or spaces around it.');
  }
  return text;
}

/** A name that workers can register under. */
export function agentName(text: string): string {
  if (!isAgentName(text)) throw wrong('It must be 1 to 256 characters without control characters.');
  return text;
}

/** A LiveKit config by its id or its name. */
export function configRef(text: string): string {
  return isUuid(text) ? text.toLowerCase() : name(text);
}

export function apiKey(text: string): string {
  if (!/^[\x21-\x7e]{1,128}$/.test(text))
    throw wrong('An API key is 1 to 128 printable ASCII characters without spaces.');
  return text;
}

/** A number of the tenant's, or the id of its row: a UUID, or digits in adopted tables. */
export function ownNumber(text: string): string {
  if (!isFromNumber(text) && !isUuid(text) && !/^[0-9]{1,19}$/.test(text))
    throw wrong("It must be E.164, such as +12125550100, 3 to 15 ASCII digits, or the number's id.");
  return text.toLowerCase();
}

export function fromNumber(text: string): string {
  if (!isFromNumber(text)) throw wrong('It must be E.164, such as +12125550100, or 3 to 15 ASCII digits.');
  return text;
}

export function toNumber(text: string): string {
  if (!isE164(text)) throw wrong('It must be E.164: + and 7 to 15 ASCII digits, such as +12125550199.');
  return text;
}

export function baseNumber(text: string): string {
  if (!/^[0-9]{3,14}$/.test(text))
    throw wrong('It must be 3 to 14 ASCII digits: the number without country code, trunk zero, spaces or signs.');
  return text;
}

/** Digits, whether written with `+` or without. */
export function countryCode(text: string): string {
  if (!/^\+?[1-9][0-9]{0,2}$/.test(text))
    throw wrong('A country calling code has 1 to 3 digits, for example 1, 91 or 971.');
  return countryDigits(text);
}

export function agentId(text: string): string {
  if (!/^[\x21-\x7e]{1,128}$/.test(text)) throw wrong('It must be 1 to 128 printable ASCII characters without spaces.');
  return text;
}

export function idempotencyKey(text: string): string {
  if (!/^[\x20-\x7e]{1,255}$/.test(text)) throw wrong('It must be 1 to 255 printable ASCII characters.');
  return text;
}

/** `host:port`. */
export function address(text: string): string {
  if (!/^(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$/.test(text))
    throw wrong('It must be host:port, for example 127.0.0.1:50061.');
  return text;
}

/** A whole number of seconds. */
export function seconds(text: string): number {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw wrong('It must be a whole number of seconds.');
  return Number(text);
}
