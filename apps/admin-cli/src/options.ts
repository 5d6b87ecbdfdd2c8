import { DIAL_MODES } from '@dialplane/tenancy';
import { Option } from 'commander';

import * as read from './arguments.ts';
import { DEFAULT_DISPATCHER_ADDRESS, DEFAULT_ROUTER_ADDRESS } from './config.ts';
import { badUsage } from './refusal.ts';
import { PURPOSES } from './route/question.ts';

/** Options that several commands share. */

export const tenantOption = (): Option =>
  new Option('--tenant <tenant id>', 'the tenant, a UUID').argParser(read.uuid).makeOptionMandatory();

/** Whose a row is that may belong to a tenant or to the operator, in the words of the help. */
export interface ScopeWords {
  readonly what: string;
  readonly tenants: string;
  readonly operators: string;
}

const CONFIGS: ScopeWords = {
  what: 'config',
  tenants: "the tenant's own config",
  operators: "an operator's config, which any tenant's number may name",
};
export const TRUNKS: ScopeWords = {
  what: 'trunk',
  tenants: "the tenant's own trunk",
  operators: "an operator's trunk, which every tenant may use",
};
export const DO_NOT_CALL_LISTS: ScopeWords = {
  what: 'list',
  tenants: "the tenant's own list",
  operators: "everybody's list, which holds for every tenant",
};

/** A tenant's own, or the operator's. */
export const scopeOptions = ({ tenants, operators } = CONFIGS): Option[] => [
  new Option('--tenant <tenant id>', `${tenants}; a UUID`).argParser(read.uuid).conflicts('operator'),
  new Option('--operator', operators),
];

export interface ScopeOptions {
  readonly tenant?: string;
  readonly operator?: boolean;
}

/** The tenant's id, or null for the operator. */
export function readScope({ tenant, operator }: ScopeOptions, { what } = CONFIGS): string | null {
  if (tenant !== undefined) return tenant;
  if (operator === true) return null;
  throw badUsage(
    `Whose ${what}? One of --tenant and --operator is missing.`,
    'Add --tenant <tenant id>, or --operator for one that holds for all tenants',
  );
}

/** How to say it again on the command line. */
export const scopeFlag = (tenantId: string | null): string =>
  tenantId === null ? '--operator' : `--tenant ${tenantId}`;

/** Who a call is for. */
export const callerOptions = (): Option[] => [
  new Option('--initiated-by <user id>', "the user who starts the call, a UUID; the tenant is the user's").argParser(
    read.uuid,
  ),
  new Option('--tenant <tenant id>', 'the tenant, a UUID').argParser(read.uuid),
];

export interface CallerOptions {
  readonly initiatedBy?: string;
  readonly tenant?: string;
}

/** The fields of a request that say who it is for. */
export function readCaller({ initiatedBy = '', tenant = '' }: CallerOptions): {
  initiatedBy: string;
  tenantId: string;
} {
  if (initiatedBy === '' && tenant === '') {
    throw badUsage(
      'For whom? One of --initiated-by and --tenant is missing.',
      'Add --initiated-by <user id>, or --tenant <tenant id>',
    );
  }
  return { initiatedBy, tenantId: tenant };
}

export const routerOption = (): Option =>
  new Option(
    '--router <host:port>',
    `the router's address (default: ROUTER_ADDRESS, else ${DEFAULT_ROUTER_ADDRESS})`,
  ).argParser(read.address);

export const dispatcherOption = (): Option =>
  new Option(
    '--dispatcher <host:port>',
    `the dispatcher's address (default: DISPATCHER_ADDRESS, else ${DEFAULT_DISPATCHER_ADDRESS})`,
  ).argParser(read.address);

export const minSnapshotOption = (): Option =>
  new Option('--min-snapshot-version <version>', 'decide on no older configuration than this one').argParser(
    read.snapshotVersion,
  );

export const purposeOption = (): Option =>
  new Option('--purpose <purpose>', `what the call is for: ${PURPOSES.join(', ')}`).argParser(read.purpose);

/** For decisions as of another moment. */
export const atOption = (): Option =>
  new Option('--at <moment>', 'decide as of this moment, such as 2026-11-25T10:30:00Z (default: now)').argParser(
    read.moment,
  );

export const dialModeOption = (more = ''): Option =>
  new Option('--dial-mode <mode>', `who dials the callee${more}`).choices([...DIAL_MODES]);

export interface SecretOptions {
  readonly secretFile?: string;
  readonly secretStdin?: boolean;
}

/** Where a secret comes from; never the command line, which other users and the shell's history can read. */
export const secretOptions = (): Option[] => [
  new Option('--secret-file <path>', 'read the API secret from this file').conflicts('secretStdin'),
  new Option('--secret-stdin', 'read the API secret from standard input'),
  ...['--secret', '--api-secret'].map((flag) =>
    new Option(`${flag} [value]`).preset('').hideHelp().argParser(refuseSecretArgument),
  ),
];

function refuseSecretArgument(): never {
  throw badUsage(
    "A secret is never an argument: other users of the machine and the shell's history can read it.",
    'Use --secret-file <path>, --secret-stdin, or neither to be asked; if you typed a real one, renew it',
  );
}
