import { apiVersionOf, badRequest, internalError, StatusError, type KubeObject } from '../../meta/index.ts';
import { jsonPatch, mergePatch, strategicMergePatch } from '../../patch/index.ts';
import type { Kind } from '../../kinds/index.ts';
import { applyDefaults, decodeTyped } from '../../schema/index.ts';
import type { Answer, KindCall } from '../call.ts';
import { createObject, inNamespace } from './create.ts';
import { decodeApplied, decodePatch, decodePatched } from '../requests/decode.ts';
import { withMeta } from './form.ts';
import { applied, managerOf } from './managed.ts';
import { bodyMedia } from '../requests/negotiate.ts';
import { writeOptions, type WriteOptions } from '../requests/options.ts';
import { placeOf } from '../reads/read.ts';
import { scaleOf, scaleProposal } from './scale.ts';
import { changed, missing, withName, type Proposal } from './update.ts';

type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const patchTypes = new Map<string, PatchType>([
  ['application/json-patch+json', 'json'],
  ['application/merge-patch+json', 'merge'],
  ['application/strategic-merge-patch+json', 'strategic'],
  ['application/apply-patch+yaml', 'apply'],
]);

/** Answers PATCH in its four forms, of an object, its status or its scale. */
export async function patch(call: KindCall): Promise<Answer> {
  const type = patchTypeOf(call);
  const options = writeOptions('PatchOptions', call.query, type === 'apply');
  return type === 'apply' ? applyPatch(call, options) : otherPatch(call, type, options);
}

function patchTypeOf({ head, kind }: KindCall): PatchType {
  const said = head.header('content-type');
  const type = patchTypes.get(bodyMedia(said));
  if (said !== undefined && type !== undefined && (type !== 'strategic' || kind.manner === 'typed'))
    return type;
  if (type === 'strategic') throw unsupportedForCustom();
  throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

function unsupportedForCustom(): StatusError {
  const types = [...patchTypes.keys()].filter(type => !type.includes('strategic'));
  const message = `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

async function otherPatch(
  call: KindCall,
  type: Exclude<PatchType, 'apply'>,
  options: WriteOptions,
): Promise<Answer> {
  const { kind, subresource } = call;
  const paths = subresource?.scale;
  const document = decodePatch(call, type);
  const object = await changed(call, options, current => {
    if (paths !== undefined) {
      const value = patched(kind, type, scaleOf(current, paths), document);
      const scale = decodePatched(call, value, options.fieldValidation);
      return scaleProposal(call, current, scale, paths, options);
    }
    const value = patched(kind, type, current, document);
    const decoded = decodePatched(call, value, options.fieldValidation);
    return { object: inNamespace(call, withName(call, decoded)) };
  });
  if (paths !== undefined) return { status: 200, object: scaleOf(object, paths) };
  return { status: 200, object, kind };
}

function patched(kind: Kind, type: PatchType, current: KubeObject, document: unknown): unknown {
  if (type === 'json') return jsonPatch(current, document);
  if (type === 'merge') return mergePatch(current, document);
  return strategicMergePatch(current, document, kind.shape);
}

async function applyPatch(call: KindCall, options: WriteOptions): Promise<Answer> {
  const { kind, parts, subresource } = call;
  const { object: document, fault } = decodeApplied(call);
  const object = withName(call, document);
  inNamespace(call, object);
  if ((object.metadata.managedFields?.length ?? 0) > 0) {
    throw badRequest('metadata.managedFields must be nil');
  }
  const manager = managerOf(call, options);
  const current = parts.store.get(placeOf(call));
  if (current === undefined) {
    if (subresource !== undefined) throw missing(call);
    const fresh = await merged(call, undefined, object, manager, options);
    checkText(call, fault, options);
    // A revision that the client names means nothing for what is not there.
    const anew = withMeta(fresh, { resourceVersion: undefined });
    const created = await createObject(call, anew, options, true);
    return { status: 201, object: created, kind };
  }
  const result = await changed(call, options, async live => {
    const next = await merged(call, live, object, manager, options);
    checkText(call, fault, options);
    return { object: withSaidRevision(next, object), owned: true } satisfies Proposal;
  });
  return { status: 200, object: result, kind };
}

/** Says what is wrong with the text of an apply, after its fields. @throws StatusError 400 where clients want to hear it that way */
function checkText(call: KindCall, fault: string | undefined, { fieldValidation }: WriteOptions): void {
  if (fault === undefined || fieldValidation === 'Ignore') return;
  if (fieldValidation === 'Strict') throw badRequest(`error strict decoding YAML: ${fault}`);
  if (!call.warnings.includes(fault)) call.warnings.push(fault);
}

/** What an apply makes of the live object, with the defaults of its shape. */
async function merged(
  call: KindCall,
  live: KubeObject | undefined,
  object: KubeObject,
  manager: string,
  options: WriteOptions,
): Promise<KubeObject> {
  const { kind, parts } = call;
  const next = await applied(call, live, object, manager, options.force ?? false, parts.now());
  return inNamespace(call, kind.manner === 'custom' ? defaulted(kind, next) : converted(kind, next));
}

function defaulted(kind: Kind, object: KubeObject): KubeObject {
  return applyDefaults(object, kind.shape) as KubeObject;
}

/** @throws StatusError 500 when the merged object is none of its kind, as the real server. */
function converted(kind: Kind, object: KubeObject): KubeObject {
  const { value, fault } = decodeTyped(object, kind.shape);
  if (fault === undefined) return value as KubeObject;
  const { namespace = '', name } = object.metadata;
  const what = `${apiVersionOf(kind)}, Kind=${kind.kind}`;
  throw internalError(
    `failed to convert new object (${namespace}/${name}; ${what}) to proper version: unable to convert unstructured object to ${what}: ${fault}`,
  );
}

function withSaidRevision(next: KubeObject, object: KubeObject): KubeObject {
  const { resourceVersion } = object.metadata;
  return resourceVersion === undefined ? next : withMeta(next, { resourceVersion });
}
