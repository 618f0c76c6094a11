import { conflict, notFound, type KubeObject } from '../../meta/index.ts';
import type { Kind } from '../../kinds/index.ts';
import type { Stored } from '../../store/index.ts';
import { admitted } from '../../admission/index.ts';
import type { Answer, KindCall } from '../call.ts';
import { decodeOptions } from '../requests/decode.ts';
import { inForm, withMeta } from './form.ts';
import { deleteOptions, listQuery, type DeleteOptions } from '../requests/options.ts';
import { kindOf, listObject, listOf, placeOf, resourceOf } from '../reads/read.ts';
import { served, servedAlone } from '../reads/versions.ts';
import { admissionRequest, contextOf, storageForm, timestamp } from './write.ts';

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** Whether an object that is being deleted has nothing left that holds it. */
export function gone(kind: Kind, object: KubeObject): boolean {
  const { deletionTimestamp, finalizers, deletionGracePeriodSeconds } = object.metadata;
  if (deletionTimestamp === undefined || (finalizers?.length ?? 0) > 0) return false;
  if (kind.rules.held?.(object) === true) return false;
  return kind.rules.grace === undefined || (deletionGracePeriodSeconds ?? 0) === 0;
}

/** Answers DELETE of one object. */
export async function remove(call: KindCall): Promise<Answer> {
  const options = deleteOptions(decodeOptions(call), call.query);
  const { kind, info } = call;
  const removed = await removeObject(call, info.name, options);
  if (removed.stays || kind.deleteAnswer === 'object') {
    return { status: 200, object: removed.object, kind };
  }
  const { uid } = removed.object.metadata;
  const { group, resource } = resourceOf(kind);
  const details = { name: info.name, ...(group !== '' && { group }), kind: resource, uid };
  const status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details };
  return { status: 200, object: status };
}

/** Answers DELETE of a collection: the objects as they were. */
export async function removeCollection(call: KindCall): Promise<Answer> {
  const options = deleteOptions(decodeOptions(call), call.query);
  const listed = await listOf(call, listQuery(call.query, 'deletecollection'));
  for (const object of listed.items) {
    try {
      await removeObject(inNamespaceOf(call, object), object.metadata.name ?? '', options);
    } catch (error) {
      if ((error as { reason?: string }).reason !== 'NotFound') throw error;
    }
  }
  return { status: 200, object: listObject(call.kind, listed), kind: call.kind };
}

function inNamespaceOf(call: KindCall, object: KubeObject): KindCall {
  const { name = '', namespace = '' } = object.metadata;
  return { ...call, info: { ...call.info, name, namespace } };
}

interface Removed {
  readonly object: KubeObject;
  /** It is marked and goes later. */
  readonly stays: boolean;
}

/** Removes one object, or marks it when something holds it. */
export async function removeObject(call: KindCall, name: string, options: DeleteOptions): Promise<Removed> {
  const { kind, parts } = call;
  const place = placeOf(call, name);
  for (;;) {
    const current = parts.store.get(place);
    if (current === undefined) throw notFound(resourceOf(kind), name);
    const old = await servedAlone(current, kind, 'look');
    checkPreconditions(kind, name, old, options);
    await admitted(parts.admission, {
      ...admissionRequest(call, 'DELETE', old, old, options),
      object: undefined,
    });
    const marked = markedBy(call, old, options);
    if (options.dryRun) return { object: marked ?? old, stays: marked !== undefined };
    if (marked === old) return { object: old, stays: true };
    const outcome = await written(call, current, { old, marked });
    if (outcome !== undefined) return outcome;
  }
}

async function written(
  call: KindCall,
  current: Stored,
  { old, marked }: { readonly old: KubeObject; readonly marked: KubeObject | undefined },
): Promise<Removed | undefined> {
  const { kind, parts } = call;
  const write = marked && (await storageForm(marked, kind))(marked);
  const result = await parts.store.write(current.place, newest => {
    if (newest?.revision !== current.revision) return { keep: true };
    return write === undefined ? { remove: true } : { write };
  });
  if (!result.changed) return undefined;
  const { object } = result.stored as Stored;
  if (write !== undefined) return { object: await served(object, kind), stays: true };
  const left = withMeta(old, { resourceVersion: object.metadata.resourceVersion });
  parts.allocators.get(kind.resource)?.release(left, undefined);
  return { object: removedForm(call, left), stays: false };
}

/** The last state of a removed object, as its deletion answers it. */
function removedForm(call: KindCall, object: KubeObject): KubeObject {
  const { kind, parts } = call;
  if (kind.rules.grace === undefined) return object;
  const deletionTimestamp = object.metadata.deletionTimestamp ?? timestamp(parts.now());
  const changes = { deletionTimestamp, deletionGracePeriodSeconds: 0 };
  return inForm(withMeta(object, changes), kind);
}

function checkPreconditions(
  kind: Kind,
  name: string,
  { metadata }: KubeObject,
  { uid, resourceVersion }: DeleteOptions,
): void {
  if (uid !== undefined && uid !== metadata.uid) {
    const detail = `the UID in the precondition (${uid}) does not match the UID in record (${metadata.uid}). The object might have been deleted and then recreated`;
    throw conflict(kindOf(kind), name, detail);
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const detail = `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${metadata.resourceVersion}). The object might have been modified`;
    throw conflict(kindOf(kind), name, detail);
  }
}

/** The object as it stays for a while; undefined when it goes at once, the same when it is marked already. */
function markedBy(call: KindCall, old: KubeObject, options: DeleteOptions): KubeObject | undefined {
  const { kind } = call;
  const context = contextOf(call);
  const terminating = kind.rules.terminate?.(old, context);
  const { metadata } = old;
  if (terminating !== undefined) {
    if (metadata.deletionTimestamp !== undefined) return old;
    return withMeta(terminating, { deletionTimestamp: timestamp(context.now) });
  }
  const finalizers = finalizersAfter(metadata.finalizers ?? [], options.propagation);
  const grace = kind.rules.grace?.(old, options.gracePeriodSeconds) ?? 0;
  if (finalizers.length === 0 && grace === 0) return undefined;
  const deletionTimestamp = timestamp(context.now + grace * 1000);
  if (metadata.deletionTimestamp !== undefined) return markedAgain(old, finalizers, grace, deletionTimestamp);
  return withMeta(old, {
    deletionTimestamp,
    deletionGracePeriodSeconds: grace,
    finalizers: finalizers.length === 0 ? undefined : finalizers,
    generation: metadata.generation === undefined ? undefined : metadata.generation + 1,
  });
}

/** A second deletion can only shorten the grace or change what becomes of dependents. */
function markedAgain(
  old: KubeObject,
  finalizers: readonly string[],
  grace: number,
  deletionTimestamp: string,
): KubeObject {
  const { metadata } = old;
  const same = finalizers.join() === (metadata.finalizers ?? []).join();
  const shorter = grace < (metadata.deletionGracePeriodSeconds ?? 0);
  if (same && !shorter) return old;
  return withMeta(old, {
    ...(shorter && { deletionTimestamp, deletionGracePeriodSeconds: grace }),
    finalizers: finalizers.length === 0 ? undefined : finalizers,
  });
}

function finalizersAfter(
  finalizers: readonly string[],
  propagation: DeleteOptions['propagation'],
): readonly string[] {
  if (propagation === undefined) return finalizers;
  const others = finalizers.filter(name => name !== orphan && name !== foreground);
  if (propagation === 'Orphan') return [...others, orphan];
  if (propagation === 'Foreground') return [...others, foreground];
  return others;
}
