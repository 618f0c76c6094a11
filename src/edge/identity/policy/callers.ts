import { isBelow, plainPath } from '../../../base/access/index.ts';
import { callersAnnotation, publicAnnotation } from '../../../cluster/meta/index.ts';

/** By this habit of people who use Istio a service is taken out of its rules. */
const habitAnnotation = 'sidecar.istio.io/inject';

type Annotations = Readonly<Record<string, string>>;

/** Who may call a service, as its annotations say. */
export interface Callers {
  /** Those whom roles in its namespace allow it. */
  readonly namespace: boolean;
  /** Everybody who is known. */
  readonly authenticated: boolean;
  /** Names of users, those of service accounts included. */
  readonly users: ReadonlySet<string>;
  readonly groups: ReadonlySet<string>;
  /** Decoded prefixes, on whole segments; `/` is everything. */
  readonly publicPaths: readonly string[];
  /** By which annotation paths are public. */
  readonly publicBy: string;
  /** What cannot be read: nobody is let in by what cannot be read. */
  readonly faults: readonly AnnotationFault[];
}

export interface AnnotationFault {
  readonly annotation: string;
  /** The part that cannot be read. */
  readonly found: string;
  readonly expected: string;
}

const terms =
  '"namespace", "authenticated", "user:NAME", "group:NAME", "serviceaccount:NAMESPACE/NAME" or "serviceaccounts:NAMESPACE", separated by commas';
const prefixes =
  'paths that begin with / and are written plainly (no "..", "//", "%", "?", "*"), separated by commas';
/** More would be asked one after the other for every request. */
const mostPaths = 64;

interface Reading {
  namespace: boolean;
  authenticated: boolean;
  readonly users: Set<string>;
  readonly groups: Set<string>;
  readonly faults: AnnotationFault[];
}

/** Reads the annotations of a service. Pure; what cannot be read is told in `faults`. */
export function callersOf(annotations: Annotations = {}): Callers {
  const listed = annotations[callersAnnotation];
  const read: Reading = {
    namespace: listed === undefined,
    authenticated: false,
    users: new Set(),
    groups: new Set(),
    faults: [],
  };
  if (listed !== undefined) for (const term of listed.split(',')) take(term.trim(), read);
  return { ...read, ...publicOf(annotations, read.faults) };
}

const dnsName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
/** Names as users and groups have them: no spaces within, nothing that does not print. */
const name = /^[^\s,\p{C}]+$/u;

function take(term: string, read: Reading): void {
  const colon = term.indexOf(':');
  const kind = colon < 0 ? term : term.slice(0, colon);
  const value = colon < 0 ? '' : term.slice(colon + 1);
  if (term === 'namespace') read.namespace = true;
  else if (term === 'authenticated') read.authenticated = true;
  else if (kind === 'user' && name.test(value)) read.users.add(value);
  else if (kind === 'group' && name.test(value) && !isNobody(value)) read.groups.add(value);
  else if (kind === 'serviceaccounts' && dnsName.test(value)) {
    read.groups.add(`system:serviceaccounts:${value}`);
  } else if (kind === 'serviceaccount' && isAccount(value)) {
    read.users.add(`system:serviceaccount:${value.replace('/', ':')}`);
  } else read.faults.push({ annotation: callersAnnotation, found: term, expected: terms });
}

function isAccount(value: string): boolean {
  const parts = value.split('/');
  return parts.length === 2 && parts.every(part => dnsName.test(part));
}

/** Who is not known is let in by `public-paths` alone. */
function isNobody(group: string): boolean {
  return group === 'system:unauthenticated';
}

function publicOf(
  annotations: Annotations,
  faults: AnnotationFault[],
): Pick<Callers, 'publicPaths' | 'publicBy'> {
  const listed = annotations[publicAnnotation];
  if (listed !== undefined) {
    const paths = listed.split(',').map(path => path.trim());
    for (const path of paths) {
      if (!isPrefix(path)) faults.push({ annotation: publicAnnotation, found: path, expected: prefixes });
    }
    if (paths.length > mostPaths) {
      faults.push({
        annotation: publicAnnotation,
        found: `${paths.length} paths`,
        expected: `${mostPaths} at most`,
      });
    }
    return { publicPaths: faults.length > 0 ? [] : paths, publicBy: publicAnnotation };
  }
  const habit = annotations[habitAnnotation] === 'false' && annotations[callersAnnotation] === undefined;
  return { publicPaths: habit ? ['/'] : [], publicBy: habitAnnotation };
}

function isPrefix(path: string): boolean {
  return !/[?*%]/.test(path) && plainPath(path) !== undefined;
}

/** Whether everybody may call a path, as a request names it; a path that can be read in two ways is nobody's. */
export function isPublic({ publicPaths }: Callers, target: string): boolean {
  if (publicPaths.length === 0) return false;
  if (publicPaths.includes('/')) return true;
  const path = plainPath(target);
  return path !== undefined && publicPaths.some(prefix => isBelow(path, prefix));
}
