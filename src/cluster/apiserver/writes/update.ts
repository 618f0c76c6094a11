import { badRequest, conflict, invalid, invalidValue, notFound, type KubeObject } from '../../meta/index.ts';
import type { Stored, WriteResult } from '../../store/index.ts';
import { admitted, mutated } from '../../admission/index.ts';
import type { Answer, KindCall } from '../call.ts';
import { createObject, inNamespace } from './create.ts';
import { decodeObject } from '../requests/decode.ts';
import { inForm, same, withMeta } from './form.ts';
import { managed, managerOf, withoutTimes } from './managed.ts';
import { writeOptions, type WriteOptions } from '../requests/options.ts';
import { placeOf, resourceOf } from '../reads/read.ts';
import { served, servedAlone } from '../reads/versions.ts';
import { gone } from './remove.ts';
import { scaleOf, scaleProposal } from './scale.ts';
import {
  admissionRequest,
  checkRules,
  contextOf,
  modifiedBy,
  preconditionFault,
  storageForm,
  storedAs,
  withGeneration,
} from './write.ts';

/** Answers PUT of an object, or of its status. */
export async function update(call: KindCall): Promise<Answer> {
  const options = writeOptions('UpdateOptions', call.query);
  const decoded = decodeObject(call, options.fieldValidation);
  const object = inNamespace(call, withName(call, decoded));
  const paths = call.subresource?.scale;
  if (paths !== undefined) {
    const scaled = await changed(call, options, live => scaleProposal(call, live, object, paths, options));
    return { status: 200, object: scaleOf(scaled, paths) };
  }
  const current = call.parts.store.get(placeOf(call));
  if (current === undefined) {
    if (!call.kind.createOnUpdate || call.subresource !== undefined) throw missing(call);
    return { status: 201, object: await createObject(call, object, options), kind: call.kind };
  }
  const result = await changed(call, options, () => ({ object }));
  return { status: 200, object: result, kind: call.kind };
}

/**
 * The object under the name of the request.
 * @throws StatusError 400 when it says another one.
 */
export function withName(call: KindCall, object: KubeObject): KubeObject {
  const { name } = call.info;
  const said = object.metadata.name ?? '';
  if (said !== '' && said !== name) {
    throw badRequest(`the name of the object (${said}) does not match the name on the URL (${name})`);
  }
  return said === '' ? withMeta(object, { name }) : object;
}

export function missing(call: KindCall): Error {
  return notFound(resourceOf(call.kind), call.info.name);
}

/** What a change makes of the current object; `owned` when it has settled who owns which field itself. */
export interface Proposal {
  readonly object: KubeObject;
  readonly owned?: boolean;
}

/** Attempts at a change without a revision of its own, when others write meanwhile. */
const attempts = 16;

/**
 * Changes an object: proposes a new state of the current one, takes it through every step and stores it. A proposal that names no
 * revision is made again when somebody else was faster.
 */
export async function changed(
  call: KindCall,
  options: WriteOptions,
  propose: (current: KubeObject) => Proposal | Promise<Proposal>,
): Promise<KubeObject> {
  const place = placeOf(call);
  for (let attempt = 1; ; attempt++) {
    const current = call.parts.store.get(place);
    if (current === undefined) throw missing(call);
    const old = await servedAlone(current, call.kind, 'change');
    const proposal = await propose(old);
    checkPreconditions(call, proposal.object, current);
    const next = await settled(call, options, proposal, old);
    const outcome = await stored(call, options, next, current);
    if (outcome !== undefined) return outcome;
    if (attempt === attempts) throw modifiedBy(call.kind, call.info.name);
  }
}

function checkPreconditions(call: KindCall, object: KubeObject, current: Stored): void {
  const { kind, info } = call;
  const { uid, resourceVersion = '' } = object.metadata;
  const held = current.object.metadata;
  if (resourceVersion === '' || resourceVersion === '0') {
    if (!kind.unconditionalUpdate) {
      const error = invalidValue('metadata.resourceVersion', 0, 'must be specified for an update');
      throw invalid(resourceOf(kind), info.name, [error]);
    }
  } else if (resourceVersion !== held.resourceVersion) {
    throw modifiedBy(kind, info.name);
  }
  const fault = preconditionFault(kind.resource, held, { uid: uid ?? '' });
  if (fault !== undefined) throw conflict(resourceOf(kind), info.name, fault);
}

/** Takes a proposal through defaults, ownership, admission and rules. */
async function settled(
  call: KindCall,
  options: WriteOptions,
  { object, owned = false }: Proposal,
  old: KubeObject,
): Promise<KubeObject> {
  const { kind, parts } = call;
  const completed = kind.rules.complete?.(object) ?? object;
  const kept = withKeptFields(completed, old);
  const tracked = owned ? kept : await managed(call, old, kept, managerOf(call, options), parts.now());
  const admittedObject = await mutated(
    parts.admission,
    admissionRequest(call, 'UPDATE', tracked, old, options),
  );
  let next = kind.rules.complete?.(admittedObject) ?? admittedObject;
  next = onlyItsPart(call, next, old);
  next = kind.rules.prepareUpdate?.(next, old, contextOf(call)) ?? next;
  next = withGeneration(kind, next, old);
  checkRules(call, next, old);
  await admitted(parts.admission, admissionRequest(call, 'UPDATE', next, old, options));
  for (const text of kind.rules.warnings?.(next, old) ?? []) call.warnings.push(text);
  return next;
}

/** Fields of metadata that a client cannot change by leaving them out. */
function withKeptFields(object: KubeObject, old: KubeObject): KubeObject {
  const { metadata } = old;
  return withMeta(object, {
    uid: object.metadata.uid ?? metadata.uid,
    generation: metadata.generation,
    creationTimestamp: metadata.creationTimestamp,
    deletionTimestamp: metadata.deletionTimestamp,
    deletionGracePeriodSeconds: metadata.deletionGracePeriodSeconds,
    resourceVersion: metadata.resourceVersion,
  });
}

/** A write of the status leaves the rest alone, and the other way about, for kinds that have a status of its own. */
function onlyItsPart({ kind, subresource }: KindCall, next: KubeObject, old: KubeObject): KubeObject {
  if (!kind.subresources.some(one => one.served === 'status')) return next;
  if (subresource?.served === 'part') return withMetaOf(withPart(next, 'status', old['status']), old);
  if (subresource?.served !== 'status') return withPart(next, 'status', old['status']);
  const written = withMeta(old, writtenMeta(next, old, kind.resets[subresource.name] ?? []));
  return withPart(written, 'status', next['status']);
}

/** Metadata that a client writes through the status, as far as the kind lets it. */
function writtenMeta(
  { metadata: next }: KubeObject,
  { metadata: old }: KubeObject,
  resets: readonly (readonly string[])[],
): Parameters<typeof withMeta>[1] {
  const left = new Set(resets.flatMap(([part, field]) => (part === 'metadata' ? [field ?? 'all'] : [])));
  const from = (field: string): KubeObject['metadata'] => (left.has('all') || left.has(field) ? old : next);
  return {
    labels: from('labels').labels,
    annotations: from('annotations').annotations,
    finalizers: from('finalizers').finalizers,
    ownerReferences: from('ownerReferences').ownerReferences,
    managedFields: next.managedFields,
  };
}

/** What a client writes of an object's metadata through the object itself alone. */
function withMetaOf(next: KubeObject, { metadata }: KubeObject): KubeObject {
  const { labels, annotations, finalizers, ownerReferences } = metadata;
  return withMeta(next, { labels, annotations, finalizers, ownerReferences });
}

function withPart(object: KubeObject, field: string, value: unknown): KubeObject {
  if (value !== undefined) return { ...object, [field]: value };
  const { [field]: _, ...rest } = object;
  return rest as unknown as KubeObject;
}

/** Stores the new state; undefined when the object has changed since `current` was read. */
async function stored(
  call: KindCall,
  options: WriteOptions,
  next: KubeObject,
  current: Stored,
): Promise<KubeObject | undefined> {
  const { kind, parts } = call;
  const old = await served(current.object, kind);
  // What lies there in an older version is written again in the one that is stored today.
  if (current.object.apiVersion === storedAs(kind) && same(withoutTimes(next), withoutTimes(old))) return old;
  const allocator = parts.allocators.get(kind.resource);
  const form = await storageForm(next, kind);
  if (options.dryRun) return served(form(allocator?.allocate(next, old, true) ?? next), kind);
  const leaves = gone(kind, next);
  let object = next;
  let result: WriteResult;
  try {
    result = await parts.store.write(placeOf(call), newest => {
      if (newest?.revision !== current.revision) return { keep: true };
      // Not before it is sure that the write is of the newest state: what it gives up may be another's by then.
      object = allocator?.allocate(next, old, false) ?? next;
      return leaves ? { remove: true } : { write: form(object) };
    });
  } catch (error) {
    if (object !== next) allocator?.release(object, old);
    throw error;
  }
  if (!result.changed) return undefined;
  if (leaves) allocator?.release(object, undefined);
  const { resourceVersion } = (result.stored as Stored).object.metadata;
  if (leaves) return inForm(withMeta(object, { resourceVersion }), kind);
  return served((result.stored as Stored).object, kind);
}
