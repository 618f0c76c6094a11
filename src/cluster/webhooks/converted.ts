import {
  annotationErrors,
  apiVersionOf,
  type FieldError,
  type JsonObject,
  type KubeObject,
  labelErrors,
  parseApiVersion,
  type Status,
  together,
} from '../meta/index.ts';

/** Versions of ConversionReview, which have the same fields; the older one does not say what it answers. */
export const reviewVersions = ['v1', 'v1beta1'] as const;
export type ReviewVersion = (typeof reviewVersions)[number];

interface Response {
  readonly uid?: string;
  readonly result?: Partial<Status>;
  readonly convertedObjects?: readonly unknown[] | null;
}

/**
 * What a webhook made of objects, after a ConversionReview (apiextensions' webhook converter). Metadata stays as it was but for
 * labels and annotations. Pure.
 * @param objects What it was asked for, at least one.
 * @param apiVersion The version that it was asked for.
 * @throws Error in the words of an API server when the answer is none, or does not fit what was asked.
 */
export function convertedBy(
  body: unknown,
  asked: {
    readonly objects: readonly KubeObject[];
    readonly apiVersion: string;
    readonly uid: string;
    readonly version: ReviewVersion;
  },
): KubeObject[] {
  const { objects, apiVersion } = asked;
  const answered = answeredObjects(body, asked);
  if (answered.length !== objects.length) {
    throw new Error(`returned ${answered.length} objects, expected ${objects.length}`);
  }
  const alone = objects.length === 1;
  return objects.map((object, index) =>
    checked(object, answered[index], apiVersion, alone ? '' : ` at index ${index}`),
  );
}

function answeredObjects(
  body: unknown,
  { uid, version }: { readonly uid: string; readonly version: ReviewVersion },
): readonly unknown[] {
  const {
    apiVersion = '',
    kind = '',
    response,
  } = fieldsOf(body) as {
    readonly apiVersion?: string;
    readonly kind?: string;
    readonly response?: Response | null;
  };
  const strict = version === 'v1';
  if (strict) checkType(apiVersion, kind);
  if (response === undefined || response === null) throw failed('no response provided');
  if (strict && response.uid !== uid) {
    throw failed(`expected response.uid=${JSON.stringify(uid)}, got ${JSON.stringify(response.uid ?? '')}`);
  }
  const { status = '', message = '' } = response.result ?? {};
  if (status !== 'Success') {
    throw failed(message === '' ? `response.result.status was '${status}', not 'Success'` : message);
  }
  return response.convertedObjects ?? [];
}

/** What is written at all decides in which words another type is told of. */
function checkType(apiVersion: string, kind: string): void {
  const review = kind === 'ConversionReview';
  if (review && apiVersion === 'apiextensions.k8s.io/v1') return;
  if (review && apiVersion === 'apiextensions.k8s.io/v1beta1') {
    throw failed('converting (v1beta1.ConversionReview) to (v1.ConversionReview): unknown conversion');
  }
  if (apiVersion !== '' && kind !== '') {
    const unknown = `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`;
    throw failed(`${unknown} in scheme "pkg/runtime/scheme.go:111"`);
  }
  const got = `${apiVersion.includes('/') ? apiVersion : `/${apiVersion}`}, Kind=${kind}`;
  throw failed(`expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got ${got}`);
}

function failed(reason: string): Error {
  return new Error(`failed: ${reason}`);
}

/** The object with its own metadata; `at` says which it is, where there are several. */
function checked(original: KubeObject, answered: unknown, apiVersion: string, at: string): KubeObject {
  const converted = at === '' ? 'object at index 0' : `converted object${at}`;
  const unread = readFault(answered);
  if (unread !== undefined) throw at === '' ? new Unreadable(unread) : invalid(converted, unread);
  const object = answered as JsonObject;
  const got = textOf(object['apiVersion']);
  if (got !== apiVersion) {
    const expected = versionText(apiVersion);
    throw invalid(converted, `invalid groupVersion (expected ${expected}, received ${versionText(got)})`);
  }
  const kind = textOf(object['kind']);
  if (kind !== original.kind) {
    throw invalid(converted, `invalid kind (expected ${original.kind}, received ${kind})`);
  }
  const metadata = object['metadata'];
  const fault = identityFault(original, fieldsOf(metadata));
  if (fault !== undefined) throw invalid(at === '' ? 'object' : `converted object${at}`, fault);
  try {
    return { ...(object as unknown as KubeObject), metadata: restored(original, metadata) };
  } catch (error) {
    throw invalid(at === '' ? 'metadata' : `metadata in object${at}`, (error as Error).message);
  }
}

/** Something that was answered for an object and is none: told of without the webhook. */
export class Unreadable extends Error {}

function readFault(answered: unknown): string | undefined {
  if (answered === null) return 'unexpected end of JSON input';
  if (!isFields(answered)) {
    const type = Array.isArray(answered) ? 'array' : typeof answered === 'boolean' ? 'bool' : typeof answered;
    return `json: cannot unmarshal ${type} into Go value of type map[string]interface {}`;
  }
  if (textOf(answered['kind']) !== '') return undefined;
  return `Object 'Kind' is missing in '${JSON.stringify(answered)}'`;
}

function invalid(what: string, reason: string): Error {
  return new Error(`returned invalid ${what}: ${reason}`);
}

function versionText(apiVersion: string): string {
  return apiVersionOf(parseApiVersion(apiVersion));
}

function identityFault({ metadata }: KubeObject, answered: JsonObject): string | undefined {
  for (const [field, named] of [
    ['name', 'name'],
    ['namespace', 'namespace'],
    ['uid', 'UID'],
  ] as const) {
    const [expected, actual] = [metadata[field] ?? '', textOf(answered[field])];
    if (expected !== actual) return `must have the same ${named}: ${expected} != ${actual}`;
  }
  return undefined;
}

/** The metadata that an object had, with the labels and annotations that it was answered with. @throws Error for what cannot be these */
function restored({ metadata }: KubeObject, answered: unknown): KubeObject['metadata'] {
  if (answered === undefined) throw new Error('missing metadata in converted object');
  if (!isFields(answered))
    throw new Error(`invalid metadata of type ${goType(answered)} in converted object`);
  const { labels: _, annotations: __, ...kept } = metadata;
  return {
    ...kept,
    ...texts(answered, 'labels', metadata.labels, value => labelErrors(value, 'metadata.labels')),
    ...texts(answered, 'annotations', metadata.annotations, value =>
      annotationErrors(value, 'metadata.annotation'),
    ),
  };
}

type Texts = Readonly<Record<string, string>>;

/** A field of texts by name; none where it was left out. What the object had already is not looked at again. */
function texts<Field extends string>(
  answered: JsonObject,
  field: Field,
  before: Texts | undefined,
  errorsOf: (value: Texts) => readonly FieldError[],
): { readonly [Name in Field]?: Texts } {
  const value = answered[field];
  if (value === undefined || value === null) return {};
  if (!isFields(value))
    throw new Error(`invalid metadata.${field} of type ${goType(value)} in converted object`);
  const entries = Object.entries(value);
  const wrong = entries.find(([, text]) => typeof text !== 'string');
  if (wrong !== undefined) {
    const [key, found] = wrong;
    throw new Error(
      `metadata.${field}[${key}] must be a string, but is ${goType(found)} in converted object`,
    );
  }
  const same =
    entries.length === Object.keys(before ?? {}).length &&
    entries.every(([key, text]) => before?.[key] === text);
  const errors = same ? [] : errorsOf(value as Texts);
  if (errors.length > 0) throw new Error(together(errors));
  return { [field]: value } as { readonly [Name in Field]?: Texts };
}

function isFields(value: unknown): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function fieldsOf(value: unknown): JsonObject {
  return isFields(value) ? value : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What Go calls the type of a decoded JSON value. */
function goType(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'object' ? 'map[string]interface {}' : 'string';
}
