import { StatusError } from '../../meta/index.ts';

/** How an answer is to look. */
export interface Representation {
  readonly media: 'application/json' | 'application/yaml';
  /** Another form of the object: a Table, or metadata alone. */
  readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList' | undefined;
  /** The version of meta.k8s.io of that form. */
  readonly version: string;
}

interface Range {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

const served = ['application/json', 'application/yaml'] as const;
const listed = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const forms = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);

/** The ranges of an Accept header, best first. */
export function acceptRanges(accept: string): Range[] {
  return accept
    .split(',')
    .map(range => rangeOf(range))
    .filter(range => range.type !== '' && range.quality > 0)
    .map((range, index) => ({ range, index }))
    .toSorted((a, b) => b.range.quality - a.range.quality || a.index - b.index)
    .map(({ range }) => range);
}

function rangeOf(text: string): Range {
  const [type = '', ...rest] = text.split(';').map(part => part.trim());
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const at = part.indexOf('=');
    if (at > 0) parameters.set(part.slice(0, at).toLowerCase(), part.slice(at + 1).replaceAll('"', ''));
  }
  const quality = Number(parameters.get('q') ?? '1');
  return { type: type.toLowerCase(), parameters, quality: Number.isFinite(quality) ? quality : 1 };
}

/**
 * Chooses the form of an answer from the Accept header (apiserver's `NegotiateOutputMediaType`).
 * @throws StatusError 406 when the client takes nothing that is served.
 */
export function negotiate(accept: string | undefined, convertible: boolean): Representation {
  const json: Representation = { media: 'application/json', as: undefined, version: 'v1' };
  if (accept === undefined || accept.trim() === '') return json;
  for (const range of acceptRanges(accept)) {
    const media = mediaOf(range.type);
    if (media === undefined) continue;
    const as = range.parameters.get('as');
    if (as === undefined) return { ...json, media };
    const version = range.parameters.get('v') ?? '';
    const known =
      convertible &&
      forms.has(as) &&
      range.parameters.get('g') === 'meta.k8s.io' &&
      (version === 'v1' || version === 'v1beta1');
    if (known) return { media, as: as as Representation['as'], version };
  }
  throw notAcceptable(accept);
}

/** Whether answers are served in a media type. */
export function isServed(type: string): boolean {
  return mediaOf(type) !== undefined;
}

function mediaOf(type: string): Representation['media'] | undefined {
  if (type === '*/*' || type === 'application/*') return 'application/json';
  return served.find(media => media === type);
}

/** The wording depends on whether any media type was known at all. */
function notAcceptable(accept: string): StatusError {
  const known = acceptRanges(accept).some(
    range => mediaOf(range.type) !== undefined || range.type === 'application/vnd.kubernetes.protobuf',
  );
  if (known) {
    return new StatusError(406, 'NotAcceptable', `only the following media types are accepted: ${listed}`);
  }
  const message = `406: Not Acceptable\n\nAvailable representations: ${listed}`;
  return new StatusError(406, 'NotAcceptable', message, {});
}

/** The media type of a body: JSON when nothing is said. */
export function bodyMedia(contentType: string | undefined): string {
  if (contentType === undefined || contentType.trim() === '') return 'application/json';
  return (contentType.split(';')[0] as string).trim().toLowerCase();
}

/** A body in a form that is not served. */
export function unsupportedBody(): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${listed}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}
