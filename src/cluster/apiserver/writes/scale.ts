import { badRequest, invalid, invalidValue, type KubeObject, notFound } from '../../meta/index.ts';
import type { Subresource } from '../../kinds/index.ts';
import type { Answer, KindCall } from '../call.ts';
import { withMeta } from './form.ts';
import { scaleManaged } from '../../patch/index.ts';
import { entryOf, managerOf } from './managed.ts';
import type { WriteOptions } from '../requests/options.ts';
import { placeOf, resourceOf } from '../reads/read.ts';
import { servedAlone } from '../reads/versions.ts';
import type { Proposal } from './update.ts';

type Paths = NonNullable<Subresource['scale']>;

/** The scale of an object (autoscaling/v1 Scale). */
export function scaleOf(object: KubeObject, paths: Paths): KubeObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = valueAt(object, paths.specReplicasPath);
  const current = valueAt(object, paths.statusReplicasPath);
  const selector = selectorText(
    paths.labelSelectorPath === undefined ? undefined : valueAt(object, paths.labelSelectorPath),
  );
  const scale: KubeObject = {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {},
    spec: typeof replicas === 'number' && replicas !== 0 ? { replicas } : {},
    status: { replicas: typeof current === 'number' ? current : 0, ...(selector !== '' && { selector }) },
  };
  return withMeta(scale, { name, namespace, uid, resourceVersion, creationTimestamp });
}

export async function getScale(call: KindCall, paths: Paths): Promise<Answer> {
  const stored = call.parts.store.get(placeOf(call));
  if (stored === undefined) throw notFound(resourceOf(call.kind), call.info.name);
  return { status: 200, object: scaleOf(await servedAlone(stored, call.kind, 'look'), paths) };
}

/**
 * The object with the replicas that a Scale asks for.
 * @throws StatusError 422 when they are negative.
 */
export function scaled(object: KubeObject, scale: KubeObject, paths: Paths): KubeObject {
  const { replicas = 0 } = (scale['spec'] ?? {}) as { replicas?: number };
  if (typeof replicas !== 'number' || !Number.isInteger(replicas)) {
    throw badRequest(
      `Scale in version "v1" cannot be handled as a Scale: json: cannot unmarshal ${typeof replicas} into Go struct field ScaleSpec.spec.replicas of type int32`,
    );
  }
  const { name = '', resourceVersion, uid } = scale.metadata;
  if (replicas < 0) {
    const error = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
    throw invalid({ group: 'autoscaling', resource: 'Scale' }, name, [error]);
  }
  const next = withValueAt(object, paths.specReplicasPath, replicas);
  return withMeta(next, { resourceVersion, ...(uid !== undefined && { uid }) });
}

/**
 * A change of the replicas through a Scale, with who owns them afterwards.
 * @throws StatusError 422 when they are negative.
 */
export function scaleProposal(
  call: KindCall,
  current: KubeObject,
  scale: KubeObject,
  paths: Paths,
  options: WriteOptions,
): Proposal {
  const before = valueAt(current, paths.specReplicasPath);
  const object = scaled(current, scale, paths);
  const after = valueAt(object, paths.specReplicasPath);
  const managedFields = scaleManaged(
    current,
    {
      path: steps(paths.specReplicasPath),
      before: typeof before === 'number' ? before : 0,
      after: typeof after === 'number' ? after : 0,
    },
    entryOf(call, managerOf(call, options), call.parts.now()),
  );
  const owned = managedFields.length === 0 ? undefined : managedFields;
  return { object: withMeta(object, { managedFields: owned }), owned: true };
}

function steps(path: string): string[] {
  return path.split('.').filter(step => step !== '');
}

function valueAt(object: unknown, path: string): unknown {
  let value = object;
  for (const step of steps(path)) value = (value as Record<string, unknown> | undefined)?.[step];
  return value;
}

function withValueAt(object: KubeObject, path: string, value: unknown): KubeObject {
  const set = (node: unknown, [step, ...rest]: string[]): unknown =>
    step === undefined
      ? value
      : { ...(node as object), [step]: set((node as Record<string, unknown> | undefined)?.[step], rest) };
  return set(object, steps(path)) as KubeObject;
}

/** A selector object as the text that a Scale holds. */
function selectorText(selector: unknown): string {
  if (typeof selector === 'string') return selector;
  if (selector === null || typeof selector !== 'object') return '';
  const { matchLabels, matchExpressions } = selector as {
    matchLabels?: Record<string, string>;
    matchExpressions?: { key: string; operator: string; values?: string[] }[];
  };
  const labels = matchLabels ?? (matchExpressions === undefined ? (selector as Record<string, string>) : {});
  const terms = Object.entries(labels).map(([key, value]) => ({ key, text: `${key}=${value}` }));
  for (const { key, operator, values = [] } of matchExpressions ?? []) {
    const list = `(${values.toSorted().join(',')})`;
    const texts: Record<string, string> = {
      In: `${key} in ${list}`,
      NotIn: `${key} notin ${list}`,
      Exists: key,
      DoesNotExist: `!${key}`,
    };
    terms.push({ key, text: texts[operator] ?? key });
  }
  return terms
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .map(term => term.text)
    .join(',');
}
