import type { Json, JsonObject, KubeObject } from '../../meta/index.ts';
import type { TypedSchema } from '../../schema/index.ts';
import { compareTexts } from '../fields/element.ts';
import { FieldSet } from '../fields/fieldset.ts';
import { compare } from '../typed/compare.ts';
import { fieldsIn } from '../typed/fieldsof.ts';
import { typeOf } from '../typed/shapes.ts';
import { typeFaults } from '../typed/validate.ts';
import { assertShallow, fieldsOf, fromFields, isList, isObject, own } from '../values.ts';
import type { Write } from './ownership.ts';

/** Where client-side apply keeps what it applied. */
const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
/** The only manager that goes over from client-side apply without conflicts. */
const upgrading = 'kubectl';
/** All annotations of an object together, in bytes. */
const largest = 256 * 1024;

/** Fields that `kubectl` may take from its own client-side apply: those it applied then and nobody has changed since. */
export function allowedByAnnotation(live: JsonObject, shape: TypedSchema, write: Write): FieldSet {
  if (write.manager !== upgrading) return new FieldSet();
  const last = lastApplied(live);
  const type = typeOf(shape);
  if (last === undefined || own(last, 'apiVersion') !== write.apiVersion) return new FieldSet();
  const faults = typeFaults(type, last, 'refused').length + typeFaults(type, live, 'refused').length;
  if (faults > 0) return new FieldSet();
  const { added, modified, removed } = compare(type, last, live);
  return fieldsIn(type, last).difference(modified).difference(added).difference(removed);
}

function lastApplied(live: JsonObject): JsonObject | undefined {
  const text = annotationsOf(live)[annotation];
  if (typeof text !== 'string' || text === '') return undefined;
  try {
    const value = JSON.parse(text) as Json;
    assertShallow(value);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function annotationsOf(object: JsonObject): JsonObject {
  const metadata = own(object, 'metadata');
  const annotations = isObject(metadata) ? own(metadata, 'annotations') : undefined;
  return isObject(annotations) ? annotations : {};
}

/** The object with the annotation of client-side apply brought up to date, if it has one and `kubectl` applies. */
export function withAnnotation(object: JsonObject, config: JsonObject, manager: string): KubeObject {
  const annotations = annotationsOf(object);
  const old = annotations[annotation];
  if (manager !== upgrading || typeof old !== 'string' || old === '') return object as unknown as KubeObject;
  const fields = fieldsOf(annotations).set(annotation, configText(config));
  if (sizeOf(fields) > largest) fields.delete(annotation);
  const metadata = { ...(object['metadata'] as JsonObject), annotations: fromFields(fields) };
  return { ...object, metadata } as unknown as KubeObject;
}

function sizeOf(fields: ReadonlyMap<string, Json>): number {
  let size = 0;
  for (const [key, value] of fields) size += Buffer.byteLength(key) + Buffer.byteLength(value as string);
  return size;
}

/** What was applied as Go writes it, without the annotation itself. */
function configText(config: JsonObject): string {
  const metadata = own(config, 'metadata');
  const meta = fieldsOf(isObject(metadata) ? metadata : {});
  if (isObject(meta.get('annotations') ?? null)) {
    const annotations = fieldsOf(annotationsOf(config));
    annotations.delete(annotation);
    meta.set('annotations', fromFields(annotations));
  }
  return `${sortedText({ ...config, metadata: fromFields(meta) })}\n`;
}

function sortedText(value: Json): string {
  if (isList(value)) return `[${value.map(sortedText).join(',')}]`;
  if (!isObject(value)) return escaped(JSON.stringify(value));
  const fields = [...fieldsOf(value)].toSorted(([a], [b]) => compareTexts(a, b));
  return `{${fields.map(([key, field]) => `${escaped(JSON.stringify(key))}:${sortedText(field)}`).join(',')}}`;
}

function escaped(text: string): string {
  return text.replaceAll(
    /[<>&\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
