/** Writes objects in the form of the recordings: without what varies and without what the API fills in. */
const defaults: Readonly<Record<string, unknown>> = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  restartPolicy: 'Always',
  securityContext: {},
  revisionHistoryLimit: 10,
  progressDeadlineSeconds: 600,
  terminationGracePeriodSeconds: 30,
  sessionAffinity: 'None',
  internalTrafficPolicy: 'Cluster',
  ipFamilyPolicy: 'SingleStack',
  ipFamilies: ['IPv4'],
  successThreshold: 1,
  failureThreshold: 3,
  periodSeconds: 10,
  timeoutSeconds: 1,
  imagePullPolicy: 'IfNotPresent',
};
const varying: readonly string[] = [
  'lastTransitionTime',
  'lastUpdateTime',
  'serviceAccount',
  'clusterIP',
  'clusterIPs',
];

export function settled(value: unknown, namespace: string): unknown {
  if (typeof value === 'string') return settledText(value, namespace);
  if (Array.isArray(value)) return value.map(item => settled(item, namespace));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(
    ([key, item]) =>
      !(key === 'status' && same(item, { loadBalancer: {} })) &&
      !varying.includes(key) &&
      !(key in defaults && same(defaults[key], item)),
  );
  return Object.fromEntries(kept.map(([key, item]) => [key, settled(item, namespace)]));
}

function settledText(text: string, namespace: string): string {
  return text
    .replaceAll(namespace, '<ns>')
    .replaceAll(/((?:ReplicaSet|replica set) "[a-z0-9-]+)-[a-z0-9]+"/g, '$1-<hash>"')
    .replaceAll(/-[0-9a-f]{8,10}-[a-z0-9]{5}(?=["\s]|$)/g, '-<hash>-<rand>');
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Every value of an object by its path; conditions and named things by their names, so that what is missing stays one difference. */
export function leavesOf(value: unknown): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  walk(value, '', leaves);
  return leaves;
}

function walk(value: unknown, path: string, leaves: Map<string, unknown>): void {
  if (Array.isArray(value)) {
    if (value.length === 0) leaves.set(path, '[]');
    value.forEach((item: unknown, place) => walk(item, `${path}[${labelOf(item) ?? place}]`, leaves));
  } else if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value);
    if (entries.length === 0 && path.includes('.')) leaves.set(path, '{}');
    for (const [key, item] of entries) walk(item, path === '' ? key : `${path}.${key}`, leaves);
  } else leaves.set(path, value);
}

function labelOf(item: unknown): string | undefined {
  const { type, name, status } = (item ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof type === 'string' && status !== undefined) return type;
  return typeof name === 'string' && item !== null && typeof item === 'object' ? name : undefined;
}

export interface Difference {
  readonly path: string;
  readonly recorded: unknown;
  readonly found: unknown;
}

/** What differs; a whole object that is not there is one difference. */
export function differencesOf(
  recorded: unknown,
  found: unknown,
): { fields: number; differing: Difference[] } {
  const [left, right] = [childrenOf(recorded), childrenOf(found)];
  const lonely = [...Object.keys(left), ...Object.keys(right)].filter(key => !(key in left && key in right));
  const a = leavesOf(withMarks(recorded, lonely));
  const b = leavesOf(withMarks(found, lonely));
  const paths = new Set([...a.keys(), ...b.keys()]);
  const differing = [...paths]
    .filter(path => a.get(path) !== b.get(path))
    .map(path => ({ path, recorded: a.get(path), found: b.get(path) }));
  return { fields: paths.size, differing };
}

type Fields = Readonly<Record<string, unknown>>;

function childrenOf(all: unknown): Fields {
  return ((all as Fields)['children'] ?? {}) as Fields;
}

function withMarks(all: unknown, marked: readonly string[]): unknown {
  const children = Object.entries(childrenOf(all)).map(([key, child]) => [
    key,
    marked.includes(key) ? 'there' : child,
  ]);
  return { ...(all as Fields), children: Object.fromEntries(children) as Fields };
}
