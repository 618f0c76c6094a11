/** An event as CloudEvents 1.0 has it. Attribute values are text; data are bytes of the content type. */
export interface CloudEvent {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly contentType: string | undefined;
  /** Names of lower-case letters and digits. */
  readonly extensions: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

function attributesOf({ id, type, source, time, extensions }: CloudEvent): [name: string, value: string][] {
  const at = new Date(time).toISOString();
  return [
    ['specversion', '1.0'],
    ['id', id],
    ['type', type],
    ['source', source],
    ['time', at],
    ...Object.entries(extensions),
  ];
}

/** The header fields of an event in binary content mode; its data are the body (HTTP protocol binding, section 3.1). */
export function binaryFields(event: CloudEvent): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of attributesOf(event)) fields[`ce-${name}`] = escaped(value);
  if (event.contentType !== undefined) fields['content-type'] = event.contentType;
  return fields;
}

/**
 * Characters that a header field cannot hold are percent-encoded (section 3.1.3.2). Quotes and spaces inside stay as they are:
 * other senders leave them, and receivers that decode nothing would show them escaped.
 */
function escaped(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]|%/gu, found => encodeURIComponent(found));
}

/** An event in structured mode, one JSON object (JSON event format): JSON data as they are, text as text, the rest as base64. */
export function structuredEvent(event: CloudEvent): string {
  const { contentType, data } = event;
  const attributes = Object.fromEntries(attributesOf(event));
  const head = JSON.stringify(
    contentType === undefined ? attributes : { ...attributes, datacontenttype: contentType },
  );
  return `${head.slice(0, -1)},${dataMember(contentType, data)}}`;
}

function dataMember(contentType: string | undefined, data: Uint8Array): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.length);
  const text = bytes.toString('utf8');
  if (isJson(contentType) && parses(text)) return `"data":${text.replaceAll(/[\r\n]+\s*/g, ' ').trim()}`;
  if (Buffer.from(text).equals(bytes)) return `"data":${JSON.stringify(text)}`;
  return `"data_base64":"${bytes.toString('base64')}"`;
}

/** Events without a content type hold JSON, too. */
function isJson(contentType: string | undefined): boolean {
  return contentType === undefined || /^[^;]*[/+]json\s*(?:;|$)/i.test(contentType);
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
