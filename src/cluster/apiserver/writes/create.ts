import { alreadyExists, badRequest, internalError, type KubeObject, StatusError } from '../../meta/index.ts';
import { admitted, mutated } from '../../admission/index.ts';
import type { Kind } from '../../kinds/index.ts';
import type { Answer, KindCall } from '../call.ts';
import { decodeObject } from '../requests/decode.ts';
import { withMeta } from './form.ts';
import { managed, managerOf } from './managed.ts';
import { writeOptions, type WriteOptions } from '../requests/options.ts';
import { placeOf, resourceOf } from '../reads/read.ts';
import { served } from '../reads/versions.ts';
import { admissionRequest, checkRules, contextOf, storageForm, timestamp, withGeneration } from './write.ts';

/** Answers POST of a new object. */
export async function create(call: KindCall): Promise<Answer> {
  const options = writeOptions('CreateOptions', call.query);
  const decoded = decodeObject(call, options.fieldValidation);
  const object = await createObject(call, inNamespace(call, decoded), options);
  return { status: 201, object, kind: call.kind };
}

/**
 * The object in the namespace of the request.
 * @throws StatusError 400 when it says another one.
 */
export function inNamespace(call: KindCall, object: KubeObject): KubeObject {
  const said = object.metadata.namespace ?? '';
  const namespace = call.kind.namespaced ? call.info.namespace : '';
  if (said !== '' && call.kind.namespaced && said !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  return namespace === said ? object : withMeta(object, { namespace });
}

/** Takes a decoded object through every step until it is stored; gives what is served. */
export async function createObject(
  call: KindCall,
  decoded: KubeObject,
  options: WriteOptions,
  owned = false,
): Promise<KubeObject> {
  const { kind, parts } = call;
  const completed = kind.rules.complete?.(decoded) ?? decoded;
  const named = withGeneratedName(call, completed);
  const tracked = owned
    ? named
    : await managed(call, undefined, named, managerOf(call, options), parts.now());
  const admittedObject = await mutated(
    parts.admission,
    admissionRequest(call, 'CREATE', tracked, undefined, options),
  );
  let object = kind.rules.complete?.(admittedObject) ?? admittedObject;
  object = withoutStatus(kind, object);
  object = withSystemFields(call, object);
  object = kind.rules.prepareCreate?.(object, contextOf(call)) ?? object;
  object = withGeneration(kind, object, undefined);
  checkRules(call, object, undefined);
  if (object.metadata.resourceVersion !== undefined) {
    throw internalError('resourceVersion should not be set on objects to be created');
  }
  await admitted(parts.admission, admissionRequest(call, 'CREATE', object, undefined, options));
  for (const text of kind.rules.warnings?.(object, undefined) ?? []) call.warnings.push(text);
  return store(call, object, options.dryRun);
}

/** A status is written through its own path alone, but for kinds whose makers know it from the start. */
function withoutStatus(kind: Kind, object: KubeObject): KubeObject {
  if (kind.rules.keepsStatus === true) return object;
  if (!kind.subresources.some(one => one.served === 'status')) return object;
  const { status: _, ...rest } = object;
  return rest;
}

function withGeneratedName(call: KindCall, object: KubeObject): KubeObject {
  const { name = '', generateName = '' } = object.metadata;
  if (name !== '' || generateName === '') return object;
  return withMeta(object, { name: `${generateName.slice(0, 58)}${call.parts.suffix()}` });
}

function withSystemFields(call: KindCall, object: KubeObject): KubeObject {
  const { parts } = call;
  return withMeta(object, {
    uid: parts.newUid(),
    creationTimestamp: timestamp(parts.now()),
    deletionTimestamp: undefined,
    deletionGracePeriodSeconds: undefined,
  });
}

async function store(call: KindCall, object: KubeObject, dryRun: boolean): Promise<KubeObject> {
  const { kind, parts } = call;
  const name = object.metadata.name ?? '';
  const place = placeOf(call, name);
  const taken = parts.store.get(place);
  if (taken !== undefined) throw exists(call, name, taken.object);
  const allocator = parts.allocators.get(kind.resource);
  const form = await storageForm(object, kind);
  if (dryRun) return served(form(allocator?.allocate(object, undefined, true) ?? object), kind);
  let allocated = object;
  try {
    const { stored } = await parts.store.write(place, current => {
      if (current !== undefined) throw exists(call, name, current.object);
      allocated = allocator?.allocate(object, undefined, false) ?? object;
      return { write: form(allocated) };
    });
    return await served((stored as { object: KubeObject }).object, kind);
  } catch (error) {
    if (allocated !== object) allocator?.release(allocated, undefined);
    throw error;
  }
}

function exists({ kind }: KindCall, name: string, current: KubeObject): StatusError {
  const error = alreadyExists(resourceOf(kind), name);
  if (current.metadata.deletionTimestamp === undefined) return error;
  const message = `object is being deleted: ${error.message}`;
  return new StatusError(409, 'AlreadyExists', message, error.status.details);
}
