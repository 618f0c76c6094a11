import { messageOf } from '../../../../base/errors/index.ts';
import { parseYaml } from '../../../../cluster/schema/index.ts';
import type { Person } from '../../index.ts';
import type { Client, Lifetimes } from '../contract.ts';
import { issuerErrors } from '../errors.ts';
import { readClient } from './clients.ts';
import { Fields, invalid } from './fields.ts';
import { readPerson } from './people.ts';

/** What a `config.yaml` of Dex says, as far as it is served. */
export interface IssuerConfig {
  readonly issuer: string;
  readonly clients: readonly Client[];
  readonly people: readonly Person[];
  readonly skipApproval: boolean;
  readonly enforcePkce: boolean;
  readonly lifetimes: Partial<Lifetimes>;
  /** What stands there and does nothing here, a sentence each. */
  readonly warnings: readonly string[];
}

const known = [
  'issuer',
  'storage',
  'web',
  'frontend',
  'telemetry',
  'grpc',
  'logger',
  'oauth2',
  'expiry',
  'signer',
  'connectors',
  'staticClients',
  'enablePasswordDB',
  'staticPasswords',
  'sessions',
  'mfa',
  'additionalFeatures',
];

/** Fields that Dex has and this issuer does without. */
const unserved: Readonly<Record<string, string>> = {
  storage: 'what is to be kept is kept in the data directory',
  web: 'where it listens, and with which certificate, is the gateway’s',
  frontend: 'the pages are Davit’s own',
  telemetry: 'metrics are the gateway’s',
  grpc: 'not served; see davit user',
  logger: 'logging is set for the whole of Davit',
  signer: 'keys are kept in the data directory',
  connectors: 'not served yet; name another issuer with --oidc-issuer, or use passwords',
  sessions: 'not served; each login asks for the password',
  mfa: 'not served',
  additionalFeatures: 'not served',
};

/**
 * Reads the `config.yaml` of a Dex, or the subset of it that this issuer serves. What is served otherwise or not at all comes back as
 * a warning.
 * @param env the environment that `hashFromEnv`, `idEnv` and `secretEnv` name variables of
 * @throws `issuer-config-invalid` with the field, what was found and what was expected
 */
export function readIssuerConfig(text: string, env: NodeJS.ProcessEnv): IssuerConfig {
  const fields = new Fields(parsed(text), '');
  fields.only(known);
  const oauth2 = fields.under('oauth2');
  const people = fields.each('staticPasswords').map(one => readPerson(one, env));
  const clients = fields.each('staticClients').map(one => readClient(one, env));
  refuseTwice(
    people.map(({ email }) => email),
    'staticPasswords',
    'email',
  );
  refuseTwice(
    clients.map(({ id }) => id),
    'staticClients',
    'id',
  );
  checkPasswords(fields, people);
  const warnings = [
    ...fields.names.flatMap(name => (holds(fields, name) ? warningFor(name) : [])),
    ...clientWarnings(fields),
  ];
  return {
    issuer: readUrl(fields),
    clients,
    people,
    skipApproval: oauth2.flag('skipApprovalScreen') ?? false,
    enforcePkce: oauth2.under('pkce').flag('enforce') ?? false,
    lifetimes: readLifetimes(fields.under('expiry'), warnings),
    warnings: [...warnings, ...oauthWarnings(oauth2)],
  };
}

function parsed(text: string): unknown {
  const { value, strict } = decoded(text);
  if (strict[0] !== undefined) throw noYaml(strict[0]);
  return value;
}

function decoded(text: string): ReturnType<typeof parseYaml> {
  try {
    return parseYaml(text);
  } catch (thrown) {
    throw noYaml(messageOf(thrown));
  }
}

function noYaml(why: string): Error {
  return issuerErrors.make['issuer-config-invalid'](`The configuration is no YAML: ${why}`);
}

function readUrl(fields: Fields): string {
  const issuer = fields.text('issuer') ?? '';
  const url = URL.parse(issuer);
  const plain =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.search === '' &&
    url.hash === '' &&
    url.username === '';
  if (!plain || issuer.endsWith('/')) {
    throw invalid(
      'issuer',
      fields.text('issuer'),
      'an http or https address without a slash at its end, such as http://localhost:8080/dex',
    );
  }
  return issuer;
}

function refuseTwice(names: readonly string[], list: string, field: string): void {
  const at = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (at >= 0) throw invalid(`${list}[${at}].${field}`, names[at], 'one that none before it has');
}

function checkPasswords(fields: Fields, people: readonly Person[]): void {
  const enabled = fields.flag('enablePasswordDB') ?? false;
  if (!enabled && people.length > 0) {
    throw invalid('enablePasswordDB', enabled, 'true, because there are staticPasswords');
  }
}

function holds(fields: Fields, name: string): boolean {
  return fields.has(name) && !(name === 'connectors' && fields.list(name).length === 0);
}

function warningFor(name: string): string[] {
  const why = unserved[name];
  return why === undefined ? [] : [`${name}: ${why}.`];
}

function clientWarnings(fields: Fields): string[] {
  return fields
    .each('staticClients')
    .flatMap(client =>
      ['trustedPeers', 'allowedConnectors'].flatMap(name =>
        client.list(name).length > 0 ? [`${client.path(name)}: not served.`] : [],
      ),
    );
}

const expiryFields = ['signingKeys', 'idTokens', 'authRequests', 'deviceRequests', 'refreshTokens'];
const refreshFields = ['disableRotation', 'reuseInterval', 'validIfNotUsedFor', 'absoluteLifetime'];

function readLifetimes(expiry: Fields, warnings: string[]): Partial<Lifetimes> {
  expiry.only(expiryFields);
  const refresh = expiry.under('refreshTokens');
  refresh.only(refreshFields);
  if (expiry.has('deviceRequests'))
    warnings.push('expiry.deviceRequests: logging in from a device is not served.');
  if (refresh.flag('disableRotation') === true) {
    warnings.push('expiry.refreshTokens.disableRotation: each refresh token is good once all the same.');
  }
  const given = {
    signingKey: expiry.duration('signingKeys'),
    idToken: idTokenLifetime(expiry),
    request: expiry.duration('authRequests'),
    refreshReuse: refresh.duration('reuseInterval'),
    refreshUnused: refresh.duration('validIfNotUsedFor'),
    refreshAbsolute: refresh.duration('absoluteLifetime'),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** What has been revoked is remembered for two days, and no token may outlive that. */
const longestIdToken = 47 * 3_600_000;

function idTokenLifetime(expiry: Fields): number | undefined {
  const lifetime = expiry.duration('idTokens');
  if (lifetime === undefined || lifetime <= longestIdToken) return lifetime;
  throw invalid(
    'expiry.idTokens',
    expiry.text('idTokens'),
    'at most 47h, so that none outlives its being revoked',
  );
}

const oauthFields = [
  'grantTypes',
  'responseTypes',
  'skipApprovalScreen',
  'alwaysShowLoginScreen',
  'passwordConnector',
  'pkce',
];

function oauthWarnings(oauth2: Fields): string[] {
  oauth2.only(oauthFields);
  const pkce = oauth2.under('pkce');
  pkce.only(['enforce', 'codeChallengeMethodsSupported']);
  return [
    ...others(oauth2, 'responseTypes', ['code']),
    ...others(oauth2, 'grantTypes', ['authorization_code', 'refresh_token']),
    ...others(pkce, 'codeChallengeMethodsSupported', ['S256']),
    ...(oauth2.has('passwordConnector')
      ? ['oauth2.passwordConnector: passwords are typed into the login page alone.']
      : []),
  ];
}

function others(fields: Fields, name: string, served: readonly string[]): string[] {
  const more = fields.texts(name).filter(value => !served.includes(value));
  if (more.length === 0) return [];
  return [
    `${fields.path(name)}: ${more.join(', ')} ${more.length === 1 ? 'is' : 'are'} not served; ${served.join(', ')} ${served.length === 1 ? 'is' : 'are'}.`,
  ];
}
