import { apply, updateManaged, type Write } from '../../patch/index.ts';
import { definitionShape, type Kind, type Subresource } from '../../kinds/index.ts';
import { apiVersionOf, type KubeObject } from '../../meta/index.ts';
import type { KindCall } from '../call.ts';
import { withMeta } from './form.ts';
import type { WriteOptions } from '../requests/options.ts';
import { withVersions } from './owned.ts';
import { timestamp } from './write.ts';

/** Who owns the fields of a write: the name the client gives, or its program's. */
export function managerOf(call: KindCall, { fieldManager }: WriteOptions): string {
  if (fieldManager !== undefined) return fieldManager;
  const agent = (call.head.header('user-agent') ?? '').split('/')[0] ?? '';
  const printable = Array.from(agent)
    .filter(char => !/\p{C}/u.test(char))
    .join('');
  return printable === '' ? 'unknown' : printable.slice(0, 128);
}

/** Under what a write is entered in managedFields. */
export function entryOf(call: KindCall, manager: string, now: number): Write {
  const { kind, subresource } = call;
  return {
    manager,
    apiVersion: apiVersionOf(asked(call) ?? kind),
    subresource: subresource?.name ?? '',
    time: timestamp(now),
    reset: resetFields(call),
  };
}

/** The object with who owns which field after a create, update or patch. */
export async function managed(
  call: KindCall,
  old: KubeObject | undefined,
  object: KubeObject,
  manager: string,
  now: number,
): Promise<KubeObject> {
  const entry = entryOf(call, manager, now);
  const managedFields = await withVersions(call, versions =>
    updateManaged(old, object, shapeOf(call), { ...entry, ...versions }),
  );
  return withMeta(object, { managedFields: managedFields.length === 0 ? undefined : managedFields });
}

/**
 * The object after an apply.
 * @throws StatusError 409 when fields belong to others and `force` is not given.
 */
export function applied(
  call: KindCall,
  live: KubeObject | undefined,
  object: KubeObject,
  manager: string,
  force: boolean,
  now: number,
): Promise<KubeObject> {
  const entry = entryOf(call, manager, now);
  return withVersions(call, versions =>
    apply(live, object, call.kind.shape, { ...entry, ...versions, force }),
  );
}

/** The kind of the body, where a subresource takes another than the object's. */
function asked({ subresource }: KindCall): Subresource['kind'] {
  return subresource?.served === 'action' ? subresource.kind : undefined;
}

function shapeOf(call: KindCall): Kind['shape'] {
  const kind = asked(call);
  if (kind === undefined) return call.kind.shape;
  return definitionShape(kind.group, kind.version, kind.kind) ?? call.kind.shape;
}

/** Parts that a write through this path does not touch: paths from the top of the object. */
function resetFields({ kind, subresource }: KindCall): readonly (readonly string[])[] {
  if (subresource?.served === 'part' || !kind.subresources.some(one => one.served === 'status')) return [];
  return kind.resets[subresource?.name ?? ''] ?? [['status']];
}

/** The object without the times of its managedFields, which alone are no change. */
export function withoutTimes(object: KubeObject): KubeObject {
  const { managedFields } = object.metadata;
  if (managedFields === undefined) return object;
  return withMeta(object, { managedFields: managedFields.map(({ time: _, ...entry }) => entry) });
}
