import type { TokenIssuer } from '../../access/index.ts';
import type { Kinds } from '../../kinds/index.ts';
import { methodNotAllowed } from '../../meta/index.ts';
import type { Call } from '../call.ts';
import { isPretty } from '../reads/represent.ts';
import type { Page, PageAnswer } from '../server.ts';

const plain = 'text/plain; charset=utf-8';
const nosniff = ['X-Content-Type-Options', 'nosniff'] as const;

/** A JSON document as an answer. */
export function jsonPage(
  call: Call,
  value: unknown,
  fields: readonly (readonly [string, string])[] = [],
): PageAnswer {
  if (call.method !== 'GET') throw methodNotAllowed();
  const body = Buffer.from(`${JSON.stringify(value, null, isPretty(call) ? 2 : undefined)}\n`);
  return { status: 200, type: 'application/json', body, fields };
}

/** What `/version` says: the version of Kubernetes that is reproduced, and our own as build metadata. */
export interface ServerVersion {
  readonly major: string;
  readonly minor: string;
  /** `v1.37.2+davit.0.1.0`. */
  readonly gitVersion: string;
  readonly platform: string;
}

export function versionPage({ major, minor, gitVersion, platform }: ServerVersion): Page {
  const document = {
    major,
    minor,
    emulationMajor: major,
    emulationMinor: minor,
    minCompatibilityMajor: major,
    minCompatibilityMinor: `${Number(minor) - 1}`,
    gitVersion,
    gitCommit: '0000000000000000000000000000000000000000',
    gitTreeState: 'clean',
    buildDate: '2026-01-01T00:00:00Z',
    goVersion: '',
    compiler: '',
    platform,
  };
  return call => jsonPage(call, document);
}

/** One thing that health depends on. */
export interface Check {
  readonly name: string;
  /** Undefined when it is well, else what is wrong. */
  run(): string | undefined;
}

/** `/healthz`, `/livez` and `/readyz`, each with `?verbose`, `?exclude=` and a path for each check. */
export function healthPages(name: string, checks: readonly Check[]): Map<string, Page> {
  const pages = new Map<string, Page>([[`/${name}`, call => overall(call, name, checks)]]);
  for (const check of checks) {
    pages.set(`/${name}/${check.name}`, () => {
      const fault = check.run();
      if (fault === undefined) return { status: 200, type: plain, body: 'ok' };
      return { status: 500, type: plain, body: `internal server error: ${fault}\n`, fields: [nosniff] };
    });
  }
  return pages;
}

function overall(call: Call, name: string, checks: readonly Check[]): PageAnswer {
  const excluded = new Set(call.query.getAll('exclude'));
  let failed = false;
  const lines = checks.map(check => {
    if (excluded.has(check.name)) return `[+]${check.name} excluded: ok`;
    const fault = check.run();
    if (fault === undefined) return `[+]${check.name} ok`;
    failed = true;
    return `[-]${check.name} failed: reason withheld`;
  });
  if (failed) {
    const body = `${lines.join('\n')}\n${name} check failed\n`;
    return { status: 500, type: plain, body, fields: [nosniff] };
  }
  const verbose = call.query.has('verbose');
  const body = verbose ? `${lines.join('\n')}\n${name} check passed\n` : 'ok';
  return { status: 200, type: plain, body, fields: [nosniff] };
}

/** The discovery document of the issuer of service accounts' tokens, and its keys. */
export function issuerPages(issuer: TokenIssuer, server: string): Map<string, Page> {
  const cached = [['Cache-Control', 'public, max-age=3600'] as const];
  const document = {
    issuer: issuer.issuer,
    jwks_uri: `${server}/openid/v1/jwks`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
  return new Map<string, Page>([
    ['/.well-known/openid-configuration', call => jsonPage(call, document, cached)],
    [
      '/openid/v1/jwks',
      call => ({ ...jsonPage(call, issuer.keySet(), cached), type: 'application/jwk-set+json' }),
    ],
  ]);
}

/** Every path that is served, in order. */
export function pathsOf(kinds: Kinds, fixed: Iterable<string>): string[] {
  const paths = new Set([...fixed, '/api', '/api/v1', '/apis', '/apis/', '/openapi/v3', '/openapi/v3/']);
  for (const { group, versions } of kinds.groups) {
    if (group === '') continue;
    paths.add(`/apis/${group}`);
    for (const version of versions) paths.add(`/apis/${group}/${version}`);
  }
  return [...paths].filter(path => path !== '/').toSorted();
}
