/** What somebody comes with; each is told in the docs. */
export const credentials = {
  none: 'nothing',
  wrong: 'a bearer that nobody gave out',
  expired: 'a token of the service account `default-editor` after its time',
  tokenExpired: 'an API token of the owner after its time, that was let in before',
  cookieExpired: 'a session cookie of the owner after its time, that was let in before',
  revoked: 'an API token that was revoked',
  other: 'an API token of the owner of another namespace',
  narrowed: 'an API token of the owner for another namespace alone',
  viewer: 'an API token of a viewer (`kubeflow-view`)',
  contributor: 'an API token of a contributor (`kubeflow-edit`)',
  owner: 'an API token of the owner',
  account: 'a token of the service account `default-editor`',
  cookie: 'the session cookie of the owner',
  idToken: 'an ID token of the owner, by `davit login`',
  idTokenElsewhere: 'the same, signed by the issuer for another client',
  idTokenExpired: 'the same, after its time',
  idTokenForged: 'the same, signed with another key',
} as const;

export type CredentialName = keyof typeof credentials;

/** Whether it is shown in a cookie, as browsers do. */
export function isCookie(name: CredentialName): boolean {
  return name === 'cookie' || name === 'cookieExpired';
}

export interface DoorRow {
  readonly door: string;
  /** What is asked for there. */
  readonly asks: string;
  /** Status by credential. */
  readonly answers: Readonly<Record<CredentialName, number>>;
}

/** In the order of `credentials`. */
type Statuses = readonly [
  none: number,
  wrong: number,
  expired: number,
  tokenExpired: number,
  cookieExpired: number,
  revoked: number,
  other: number,
  narrowed: number,
  viewer: number,
  contributor: number,
  owner: number,
  account: number,
  cookie: number,
  idToken: number,
  idTokenElsewhere: number,
  idTokenExpired: number,
  idTokenForged: number,
];

function row<Door extends string>(
  door: Door,
  asks: string,
  statuses: Statuses,
): DoorRow & { readonly door: Door } {
  const names = Object.keys(credentials) as CredentialName[];
  const answers = Object.fromEntries(names.map((name, index) => [name, statuses[index]]));
  return { door, asks, answers: answers as DoorRow['answers'] };
}

const everybody: Statuses = [
  200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200,
];
/** Past the gateway, of a service with `davit.dev/direct-access: authorized`. */
const guarded: Statuses = [
  401, 401, 401, 401, 401, 401, 403, 403, 200, 200, 200, 200, 200, 200, 401, 401, 401,
];
/** Through the gateway: what one may not see is not there. */
const gateway: Statuses = [
  302, 401, 401, 401, 302, 401, 404, 404, 200, 200, 200, 200, 200, 200, 401, 401, 401,
];

/** A page that is for everybody who is known. */
const known: Statuses = [302, 401, 401, 401, 302, 401, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401];
/** What the issuer tells whoever shows a token of its own. */
const told: Statuses = [401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 401, 200, 200, 401, 401];

/** Who is let in where, with what: what a running platform answers, and what docs/reference/doors.md says. */
export const doors = [
  row('gateway, by host', 'a model', gateway),
  row('gateway, by the name of the model', 'a model', gateway),
  row('gateway, by path', 'a path that a VirtualService leads to a model', gateway),
  row('gateway, its own page', '`/`: there is no other console yet', known),
  row('gateway, public path', 'a path of `davit.dev/public-paths`', everybody),
  row('gateway, issuer', '`/dex/healthz`', everybody),
  row('gateway, issuer: keys', '`/dex/keys`', everybody),
  row('gateway, issuer: who somebody is', '`/dex/userinfo`', told),
  row('issuer, by its Service', '`/dex/healthz`', everybody),
  row('gateway for inside, open', 'a model', everybody),
  row('gateway for inside, authorized', 'a model', guarded),
  row('ClusterIP, open', 'a model', everybody),
  row('ClusterIP, authorized, Standard', 'a model', guarded),
  row('ClusterIP, authorized, Knative', 'a model', guarded),
  row('NodePort, open', 'a model', everybody),
  row('NodePort, authorized', 'a model', guarded),
  row('pod address, open', 'a model', everybody),
  row('pod address, authorized: the server', 'a model', guarded),
  row('pod address, authorized: the queue', 'a model', guarded),
  row('pod address, authorized: health', '`/v2/health/ready`', everybody),
  row(
    'API server, read',
    'GET of an InferenceService',
    [403, 401, 401, 401, 403, 401, 403, 403, 200, 200, 200, 200, 403, 200, 401, 401, 401],
  ),
  row(
    'API server, change',
    'POST of an InferenceService',
    [403, 401, 401, 401, 403, 401, 403, 403, 403, 201, 201, 201, 403, 201, 401, 401, 401],
  ),
  row(
    'API server, health',
    '`/readyz`',
    [200, 401, 401, 401, 200, 401, 200, 200, 200, 200, 200, 200, 200, 200, 401, 401, 401],
  ),
  row('metrics of the gateway', '`/metrics` of its status port', everybody),
  row('metrics of a pod', '`/metrics` of its queue', everybody),
  row('metrics of a model server, open', '`/metrics`', everybody),
  row('metrics of a model server, authorized', '`/metrics`', everybody),
  row(
    'metrics of the API server',
    '`/metrics`',
    [403, 401, 401, 401, 403, 401, 403, 403, 403, 403, 403, 403, 403, 403, 401, 401, 401],
  ),
] as const satisfies readonly DoorRow[];

export type DoorName = (typeof doors)[number]['door'];
