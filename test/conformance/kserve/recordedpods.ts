import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

type Fields = Readonly<Record<string, unknown>>;

/** A pod that a real KServe completed, and the template that it was made from. */
export interface RecordedPod {
  readonly mode: 'standard' | 'knative' | 'standard-gateway';
  /** Of the manifest. */
  readonly case: string;
  /** The Deployment that made it. */
  readonly from: string;
  /** What `spec` was of InferenceServices, by name. */
  readonly services: Readonly<Record<string, Fields>>;
  readonly template: { readonly metadata: Fields; readonly spec: Fields };
  readonly pod: { readonly metadata: Fields; readonly spec: Fields };
}

const file = join(import.meta.dirname, 'pods.json.gz');

export const pods = JSON.parse(gunzipSync(readFileSync(file)).toString()) as readonly RecordedPod[];

const uid = '00000000-0000-4000-8000-000000000000';
const stands: readonly (readonly [mark: string, value: string])[] = [
  ['<hash>', 'hash0'],
  ['<uid>', uid],
];

/** A recorded value with something valid in the place of what varies. */
export function concrete<Value>(value: Value, namespace: string): Value {
  let text = JSON.stringify(value);
  for (const [mark, stand] of [...stands, ['<ns>', namespace] as const]) text = text.replaceAll(mark, stand);
  return JSON.parse(text) as Value;
}

/** The opposite, for comparison. */
export function general(value: unknown, namespace: string): unknown {
  let text = JSON.stringify(value);
  for (const [mark, stand] of [...stands, ['<ns>', namespace] as const]) text = text.replaceAll(stand, mark);
  return JSON.parse(text.replaceAll(/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<rand>'));
}

/** Values that the recordings leave out of most pods, since the API server fills them in. */
const defaults: Fields = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  restartPolicy: 'Always',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
  priority: 0,
  enableServiceLinks: true,
  preemptionPolicy: 'PreemptLowerPriority',
  successThreshold: 1,
  failureThreshold: 3,
  periodSeconds: 10,
  timeoutSeconds: 1,
  imagePullPolicy: 'IfNotPresent',
};
const nodeTaints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

/** A pod as the recordings hold most of them. */
export function slim(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(slim);
  if (value === null || typeof value !== 'object') return value;
  const result: Record<string, unknown> = {};
  for (const [key, held] of Object.entries(value)) {
    if (key in defaults && JSON.stringify(defaults[key]) === JSON.stringify(held)) continue;
    if (key === 'serviceAccount' || (key === 'serviceAccountName' && held === 'default')) continue;
    const kept = Array.isArray(held) ? held.filter(one => !isUsual(key, one as Fields)) : (held as unknown);
    if (Array.isArray(kept) && kept.length === 0 && lists.includes(key)) continue;
    result[key] = slim(kept);
  }
  return result;
}

const lists = ['tolerations', 'volumes', 'volumeMounts'];

function isUsual(key: string, item: Fields): boolean {
  if (key === 'tolerations') return nodeTaints.includes(String(item['key']));
  return lists.includes(key) && String(item['name']).startsWith('kube-api-access-');
}

/** A template with what the recordings leave out of most of them, as far as the API server would fill in something else. */
export function filled({ containers, ...spec }: Fields): Fields {
  const all = (containers ?? []) as readonly Fields[];
  return { ...spec, containers: all.map(one => ({ imagePullPolicy: 'IfNotPresent', ...one })) };
}

/** Whether a recorded pod holds what the others leave out. */
export function isWhole({ pod }: RecordedPod): boolean {
  return pod.spec['schedulerName'] !== undefined;
}
