import {
  apiVersionOf,
  conflict,
  type FieldError,
  type KubeObject,
  invalid,
  label1035Faults,
  labelFaults,
  modified,
  ownFinalizerErrors,
  pathSegmentFaults,
  subdomainFaults,
  validateMeta,
  validateMetaUpdate,
  type NameFaults,
} from '../../meta/index.ts';
import type { Kind, NameRule, RuleContext } from '../../kinds/index.ts';
import { inGoOrder, validateSchema } from '../../schema/index.ts';
import type { AdmissionRequest } from '../../admission/index.ts';
import type { KindCall } from '../call.ts';
import { inForm, same, withMeta } from './form.ts';
import type { WriteOptions } from '../requests/options.ts';
import { resourceOf } from '../reads/read.ts';

const nameRules: Readonly<Record<NameRule, (name: string) => readonly string[]>> = {
  subdomain: subdomainFaults,
  label: labelFaults,
  label1035: label1035Faults,
  path: pathSegmentFaults,
  any: () => [],
};

/** What is wrong with a name of a kind; the beginning of a generated one may end in a dash. */
export function nameFaultsOf(kind: Kind): NameFaults {
  const rule = nameRules[kind.names];
  return (name, prefix) =>
    rule(prefix && name.length > 1 && name.endsWith('-') ? `${name.slice(0, -1)}a` : name);
}

export function contextOf(call: KindCall): RuleContext {
  return { now: call.parts.now(), subresource: call.subresource?.name ?? '' };
}

/** What admission is told of a request. */
export function admissionRequest(
  call: KindCall,
  operation: AdmissionRequest['operation'],
  object: KubeObject,
  old: KubeObject | undefined,
  options: Pick<WriteOptions, 'dryRun'>,
): AdmissionRequest & { readonly object: KubeObject } {
  const { kind, user, subresource, info, warnings, endings } = call;
  return {
    operation,
    kind,
    subresource: subresource?.name ?? '',
    namespace: kind.namespaced ? info.namespace : '',
    name: object.metadata.name ?? info.name,
    named: info.named,
    object,
    old,
    user,
    dryRun: options.dryRun,
    warn: text => warnings.push(text),
    onAnswered: task => endings.push(task),
  };
}

/**
 * Keeps every rule of a new object or of a change.
 * @throws StatusError 422 with all that is wrong.
 */
export function checkRules(call: KindCall, object: KubeObject, old: KubeObject | undefined): void {
  const { kind } = call;
  const errors = old === undefined ? createErrors(call, object) : updateErrors(call, object, old);
  if (errors.length === 0) return;
  throw invalid({ group: kind.group, resource: object.kind }, object.metadata.name ?? '', errors);
}

function createErrors(call: KindCall, object: KubeObject): FieldError[] {
  const { kind } = call;
  return [
    ...validateMeta(object.metadata, kind.namespaced, nameFaultsOf(kind)),
    ...finalizerErrors(kind, object),
    ...customErrors(call, object, undefined),
    ...(kind.rules.validateCreate?.(object, contextOf(call)) ?? []),
  ];
}

function updateErrors(call: KindCall, object: KubeObject, old: KubeObject): FieldError[] {
  const { kind } = call;
  return [
    ...validateMeta(object.metadata, kind.namespaced, () => []),
    ...finalizerErrors(kind, object),
    ...validateMetaUpdate(object.metadata, old.metadata),
    ...customErrors(call, object, old),
    ...(kind.rules.validateUpdate?.(object, old, contextOf(call)) ?? []),
  ];
}

function finalizerErrors({ manner, rules }: Kind, { metadata }: KubeObject): FieldError[] {
  return manner === 'custom' || rules.anyFinalizer === true ? [] : ownFinalizerErrors(metadata);
}

/** Types of custom objects are checked late, after admission. */
function customErrors(
  { kind, subresource }: KindCall,
  object: KubeObject,
  old: KubeObject | undefined,
): FieldError[] {
  if (kind.manner === 'typed') return [];
  const scale = kind.subresources.find(one => one.scale !== undefined)?.scale;
  return validateSchema(object, old, kind.shape, {
    kind: kind.kind,
    apiVersion: apiVersionOf(kind),
    ...(scale !== undefined && { scale }),
    part: subresource?.served === 'status' ? 'status' : 'all',
  });
}

/** The next generation: one more when anything but metadata and status differs. */
export function withGeneration(kind: Kind, object: KubeObject, old: KubeObject | undefined): KubeObject {
  if (kind.generation === 'none') return object;
  if (old === undefined) return withMeta(object, { generation: 1 });
  const before = old.metadata.generation ?? 0;
  const told = object.metadata.generation ?? 0;
  const changed = told > before || !same(essence(object), essence(old));
  return withMeta(object, { generation: changed ? before + 1 : old.metadata.generation });
}

function essence({ apiVersion: _, kind: __, metadata: ___, status: ____, ...rest }: KubeObject): unknown {
  return rest;
}

/** An object in the version it is stored in. */
function toStorage(object: KubeObject, kind: Kind): KubeObject {
  const ordered = kind.manner === 'typed' ? inGoOrder(object, kind.shape) : object;
  const converted = kind.conversion === undefined ? ordered : kind.conversion.toStorage(ordered);
  return inForm(converted, kind, kind.storageVersion, kind.storageGroup);
}

/**
 * How an object is written, whatever allocators still fill in: a write is decided at once, so that a webhook that is to turn it is
 * asked before.
 */
export async function storageForm(
  object: KubeObject,
  kind: Kind,
): Promise<(filled: KubeObject) => KubeObject> {
  if (kind.converter === undefined) return filled => toStorage(filled, kind);
  const [turned] = await kind.converter.convert([object], storedAs(kind));
  const stored = inForm(turned as KubeObject, kind, kind.storageVersion, kind.storageGroup);
  return () => stored;
}

/** The `apiVersion` that objects of a kind are stored in. */
export function storedAs({ group, storageGroup = group, storageVersion }: Kind): string {
  return apiVersionOf({ group: storageGroup, version: storageVersion });
}

/** What is wrong when an object is not the one that a client meant by its metadata, as the real server's store says it. */
export function preconditionFault(
  resource: string,
  held: KubeObject['metadata'],
  { uid = '', resourceVersion = '' }: KubeObject['metadata'],
): string | undefined {
  const rows = [
    ['UID', uid, held.uid],
    ['ResourceVersion', resourceVersion, held.resourceVersion],
  ] as const;
  const [what, wanted, found] = rows.find(([, said, is]) => said !== '' && said !== is) ?? [];
  if (what === undefined) return undefined;
  const key = ['/registry', resource, held.namespace, held.name].filter(Boolean).join('/');
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${what} in precondition: ${wanted}, ${what} in object meta: ${found}`;
}

/** The conflict of two writers. */
export function modifiedBy(kind: Kind, name: string): Error {
  return conflict(resourceOf(kind), name, modified);
}

/** `2026-11-25T20:00:00Z`. */
export function timestamp(now: number): string {
  return `${new Date(now).toISOString().slice(0, 19)}Z`;
}
