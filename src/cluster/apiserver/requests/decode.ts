import {
  apiVersionOf,
  badRequest,
  type FieldError,
  invalid,
  invalidValue,
  type Json,
  type KubeObject,
  parseApiVersion,
  StatusError,
} from '../../meta/index.ts';
import { definitions, definitionShape, type Kind } from '../../kinds/index.ts';
import {
  applyDefaults,
  decodeTyped,
  headFault,
  knownCase,
  parseJson,
  prune,
  strictFaults,
  type Parsed,
} from '../../schema/index.ts';
import { goText } from '../../patch/index.ts';
import type { Call, KindCall } from '../call.ts';
import { inForm } from '../writes/form.ts';
import { parseBody, parseProtobuf, parseYamlBody, protobuf, shown, unrecognized, wrongIn } from './bodies.ts';
import { bodyMedia, unsupportedBody } from './negotiate.ts';
import { converterFault } from './strategic.ts';
import type { deleteOptions, WriteOptions } from './options.ts';

type Validation = WriteOptions['fieldValidation'];

/** The media types a body may be in. */
const bodies = ['application/json', 'application/yaml', protobuf];
const strategic = 'application/strategic-merge-patch+json';

/**
 * Decodes the object of a request body: types, unknown fields and defaults as the kind's manner says.
 * @throws StatusError 400 when it is no such object, 415 when its form is not served.
 */
export function decodeObject(call: KindCall, validation: Validation): KubeObject {
  const { body } = call;
  const media = bodyMedia(call.head.header('content-type'));
  const custom = call.kind.manner === 'custom' && call.subresource?.kind === undefined;
  if (!bodies.includes(media) || (custom && media === protobuf)) throw unsupportedBody();
  const expected = expectedKind(call);
  const parsed =
    media === protobuf
      ? parseProtobuf(body, expected.kind)
      : parseBody(call, media === 'application/yaml', expected.kind);
  const object = identified(call, parsed.value, expected, body);
  return settled(call, object, parsed, validation);
}

/** What a body may be about: the kind itself, or that of the subresource. */
function expectedKind({ kind, subresource }: KindCall): { group: string; version: string; kind: string } {
  return subresource?.kind ?? kind;
}

type Expected = ReturnType<typeof expectedKind>;

/** Checks that the body says the kind that the path means; typed kinds may leave it out. */
function identified(call: KindCall, value: unknown, expected: Expected, body: Uint8Array): KubeObject {
  const { manner } = call.kind;
  const fault = headFault(value);
  if (fault !== undefined) throw unrecognized(expected.kind, fault, body, false);
  const object = (value ?? {}) as Partial<KubeObject>;
  // JSON's null is a text left out.
  const said = { kind: object.kind ?? '', apiVersion: object.apiVersion ?? '' };
  const wanted = apiVersionOf(expected);
  if (manner === 'custom' && said.kind === '') {
    const text = Buffer.from(body).toString();
    const fault = `Object 'Kind' is missing in '${text}'`;
    throw badRequest(
      `the object provided is unrecognized (must be of type ${expected.kind}): ${fault} (${shown(body)})`,
    );
  }
  const kind = said.kind === '' ? expected.kind : said.kind;
  const apiVersion = said.apiVersion === '' ? wanted : said.apiVersion;
  if (manner === 'custom') checkCustomVersion(apiVersion, wanted);
  else checkTyped(call, kind, apiVersion, expected);
  return { ...object, kind, apiVersion } as KubeObject;
}

function checkCustomVersion(apiVersion: string, wanted: string): void {
  if (apiVersion === wanted) return;
  throw badRequest(
    `the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`,
  );
}

function checkTyped(call: KindCall, kind: string, apiVersion: string, expected: Expected): void {
  const wanted = apiVersionOf(expected);
  if (kind === expected.kind && apiVersion === wanted) return;
  const { group, version } = parseApiVersion(apiVersion);
  const begin = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${expected.kind}: `;
  if (apiVersion === wanted || (group === expected.group && version === expected.version)) {
    throw badRequest(begin + mismatch(call, kind, expected));
  }
  const name = group === '' ? version : `${group}/${version}`;
  throw badRequest(
    `${begin}no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(name)} in scheme "pkg/runtime/scheme.go:111"`,
  );
}

function mismatch({ parts }: KindCall, kind: string, { group, version, kind: wanted }: Expected): string {
  const known = parts.kinds.findKind(group, version, kind) !== undefined;
  const name = group === '' ? version : `${group}/${version}`;
  if (!known) {
    return `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(name)} in scheme "pkg/runtime/scheme.go:111"`;
  }
  return `converting (${version}.${kind}) to (${group === '' ? 'core' : (group.split('.')[0] as string)}.${wanted}): unknown conversion`;
}

/** Types, unknown fields and defaults. */
function settled(call: KindCall, object: KubeObject, parsed: Parsed, validation: Validation): KubeObject {
  const { kind, subresource } = call;
  if (subresource?.kind !== undefined || kind.manner === 'typed') {
    return typed(call, object, parsed, validation);
  }
  return custom(call, object, parsed, validation);
}

function typed(call: KindCall, object: KubeObject, parsed: Parsed, validation: Validation): KubeObject {
  const expected = expectedKind(call);
  const shape = call.subresource?.kind === undefined ? call.kind.shape : subresourceShape(call);
  if (shape === undefined) return withMetadata(object);
  const { value, unknown, fault } = decodeTyped(object, shape);
  if (fault !== undefined) throw badRequest(cannotBeHandled(expected, fault));
  complain(call, expected, strictFaults(parsed, unknown), validation);
  return withMetadata(value as KubeObject);
}

function subresourceShape({ subresource }: KindCall): Kind['shape'] | undefined {
  const { group, version, kind } = subresource?.kind ?? { group: '', version: '', kind: '' };
  return definitionShape(group, version, kind);
}

function cannotBeHandled({ version, kind }: Expected, fault: string): string {
  return `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${fault}`;
}

/** Unknown and repeated fields: an error under Strict, warnings under Warn. */
function complain(call: Call, expected: Expected, faults: readonly string[], validation: Validation): void {
  if (faults.length === 0 || validation === 'Ignore') return;
  if (validation === 'Strict') {
    throw badRequest(cannotBeHandled(expected, `strict decoding error: ${faults.join(', ')}`));
  }
  for (const fault of faults) {
    call.warnings.push(fault.replace(/^yaml: unmarshal errors:\n\s*/, ''));
  }
}

function withMetadata(object: KubeObject): KubeObject {
  return object.metadata === undefined || object.metadata === null ? { ...object, metadata: {} } : object;
}

/** Where a kind is lenient about letter case: its fields as its shape spells them, with a warning for each. */
function inKnownCase(call: KindCall, object: KubeObject): KubeObject {
  if (!call.kind.lenientCase) return object;
  const { value, warnings } = knownCase(object, call.kind.shape);
  call.warnings.push(...warnings);
  return value as KubeObject;
}

function custom(call: KindCall, object: KubeObject, parsed: Parsed, validation: Validation): KubeObject {
  const { kind } = call;
  const pruned = prune(inKnownCase(call, object), kind.shape);
  if (pruned.fault !== undefined) throw badRequest(cannotBeHandled(kind, pruned.fault));
  complain(call, kind, strictFaults(parsed, pruned.unknown), validation);
  // What is of another kind has no defaults of this one.
  const mine = object.kind === kind.kind;
  const whole = mine ? applyDefaults(pruned.value, kind.shape) : pruned.value;
  return inForm(withMetadata(whole as KubeObject), kind);
}

/** The document of a JSON, merge or strategic patch. */
export function decodePatch(call: KindCall, type: 'json' | 'merge' | 'strategic'): unknown {
  let value: unknown;
  try {
    value = parseJson(call.body).value;
  } catch (error) {
    const wrong = wrongIn(error);
    throw badRequest(type === 'json' ? `error decoding patch: ${wrong}` : 'invalid JSON patch');
  }
  const array = Array.isArray(value);
  if (type === 'json' && value === null) return [];
  if (type === 'merge' && value === null) throw badRequest('Invalid JSON Patch');
  if (type === 'json' && !array) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${goKind(value)} into Go value of type []handlers.jsonPatchOp`,
    );
  }
  if (type !== 'json' && (array || value === null || typeof value !== 'object')) {
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`,
    );
  }
  return value;
}

function goKind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

/**
 * The object that a patch has made, its types checked again.
 * @throws StatusError 422 about `patch` with the whole object, as the real server.
 */
export function decodePatched(call: KindCall, value: unknown, validation: Validation): KubeObject {
  const warned: string[] = [];
  try {
    return settled({ ...call, warnings: warned }, value as KubeObject, { value, strict: [] }, validation);
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 400) throw error;
    const fault = error.message.replace(/^.*? cannot be handled as a [^:]*: /s, '');
    throw invalid({ group: '', resource: '' }, '', [patchFault(call, value, fault)]);
  } finally {
    for (const text of warned) if (!call.warnings.includes(text)) call.warnings.push(text);
  }
}

/** A strategic patch is shown as Go prints it, of another one what it has made. */
function patchFault(call: KindCall, value: unknown, fault: string): FieldError {
  if (bodyMedia(call.head.header('content-type')) === strategic) {
    return invalidValue('patch', goText(decodePatch(call, 'strategic') as Json), converterFault(fault));
  }
  const made = call.kind.manner === 'custom' ? allSorted(value) : topSorted(value as object);
  return invalidValue('patch', JSON.stringify(made), fault);
}

/** The real server shows what a patch has made as a map at the top. */
function topSorted(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A custom object is a map at every level. */
function allSorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(allSorted);
  if (typeof value !== 'object' || value === null) return value;
  return topSorted(Object.fromEntries(Object.entries(value).map(([key, one]) => [key, allSorted(one)])));
}

/**
 * The object of an apply patch: YAML or JSON, with its kind; types are checked when it is merged.
 * @returns with it what strict decoding has against the text; undefined: nothing.
 */
export function decodeApplied(call: KindCall): { object: KubeObject; fault: string | undefined } {
  let value: unknown;
  let strict: readonly string[];
  try {
    ({ value, strict } = parseYamlBody(call));
  } catch (error) {
    throw badRequest(`error decoding YAML: ${wrongIn(error)}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw badRequest(
      `error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`,
    );
  }
  const { kind, apiVersion } = namesIn(value);
  const wanted = apiVersionOf(expectedKind(call));
  if (kind === '' || apiVersion === '') {
    const { group, version } = parseApiVersion(apiVersion);
    throw badRequest(`invalid object type: ${group}/${version}, Kind=${kind}`);
  }
  if (apiVersion !== wanted || kind !== expectedKind(call).kind) {
    throw badRequest(`invalid object type: ${apiVersion}, Kind=${kind}`);
  }
  const object = withMetadata(inKnownCase(call, value as KubeObject));
  const faults = strict.map(text => `\n  ${text}`).join('');
  const fault = `error converting YAML to JSON: yaml: unmarshal errors:${faults}`;
  return { object, fault: strict.length === 0 ? undefined : fault };
}

function namesIn(value: object): { kind: string; apiVersion: string } {
  const { kind = '', apiVersion = '' } = value as Partial<KubeObject>;
  const wrong = [apiVersion, kind].find(name => typeof name !== 'string');
  if (wrong === undefined) return { kind, apiVersion };
  throw badRequest(
    `error decoding YAML: json: cannot unmarshal ${goKind(wrong)} into Go value of type string`,
  );
}

type DeleteBody = Parameters<typeof deleteOptions>[0];

const deletion = 'io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions';

/**
 * The options in the body of a deletion, if it has one.
 * @throws StatusError 400 when it is something else.
 */
export function decodeOptions(call: KindCall): DeleteBody {
  if (call.body.length === 0) return undefined;
  const media = bodyMedia(call.head.header('content-type'));
  if (media === protobuf) return parseProtobuf(call.body, 'DeleteOptions').value as DeleteBody;
  let said: unknown;
  try {
    said = (media === 'application/yaml' ? parseYamlBody(call) : parseJson(call.body)).value;
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${wrongIn(error)}`);
  }
  const schema = definitions.get(deletion);
  if (said === null || schema === undefined) return undefined;
  const { value, fault } = decodeTyped(said, { schema, definitions });
  if (fault === undefined) return value as DeleteBody;
  throw badRequest(cannotBeHandled({ group: '', version: 'v1', kind: 'DeleteOptions' }, fault));
}
