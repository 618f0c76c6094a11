/** A field: number, name in JSON, kind, the message of those of kind `m`, and marks (`o` left out when empty, `p` may be absent, `l` list, `k` map by strings). */
export type MessageField = readonly [
  number: number,
  name: string,
  kind: string,
  message: string,
  marks: string,
];

/** Messages by name. A field with the name '' lends its own fields to the message around it. */
export type Messages = Readonly<Record<string, readonly MessageField[]>>;

/** A body that is not what it should be; the message is for the client. */
export class ProtobufError extends Error {}

/** Messages within messages, at most. */
const deepest = 100;
/** What bodies of Kubernetes begin with. */
const magic = Buffer.from('k8s\0');

const decoder = new TextDecoder('utf8', { fatal: true });

/** The parts of a message as they stand in the bytes. */
class Cursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get done(): boolean {
    return this.at >= this.bytes.length;
  }

  /** A number of up to 64 bits, as it is written. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new ProtobufError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError('proto: integer overflow');
  }

  take(length: number): Uint8Array {
    if (length < 0 || this.at + length > this.bytes.length) throw new ProtobufError('unexpected EOF');
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  chunk(): Uint8Array {
    return this.take(Number(this.varint()));
  }

  skip(wire: number): void {
    if (wire === 0) this.varint();
    else if (wire === 1) this.take(8);
    else if (wire === 2) this.chunk();
    else if (wire === 5) this.take(4);
    else throw new ProtobufError(`proto: illegal wireType ${wire}`);
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ProtobufError('proto: invalid UTF-8');
  }
}

/** The envelope of a body: what it says it is, and its bytes (apimachinery's `runtime.Unknown`). */
export function openEnvelope(body: Uint8Array): { apiVersion: string; kind: string; raw: Uint8Array } {
  if (Buffer.compare(body.subarray(0, magic.length), magic) !== 0) {
    throw new ProtobufError(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const found = { apiVersion: '', kind: '', raw: new Uint8Array() };
  each(body.subarray(magic.length), (number, cursor, wire) => {
    if (number === 1 && wire === 2) {
      each(cursor.chunk(), (inner, part, innerWire) => {
        if (innerWire !== 2) part.skip(innerWire);
        else if (inner === 1) found.apiVersion = textOf(part.chunk());
        else if (inner === 2) found.kind = textOf(part.chunk());
        else part.chunk();
      });
    } else if (number === 2 && wire === 2) found.raw = cursor.chunk() as Uint8Array<ArrayBuffer>;
    else cursor.skip(wire);
  });
  return found;
}

function each(bytes: Uint8Array, act: (number: number, cursor: Cursor, wire: number) => void): void {
  const cursor = new Cursor(bytes);
  while (!cursor.done) {
    const key = Number(cursor.varint());
    act(Math.floor(key / 8), cursor, key % 8);
  }
}

/**
 * Decodes a message into what its JSON form is: fields that Go leaves out of JSON when they are empty are left out.
 * @throws ProtobufError.
 */
export function decodeMessage(messages: Messages, name: string, bytes: Uint8Array): unknown {
  return new Decoder(messages).message(name, bytes, 0);
}

class Decoder {
  readonly #messages: Messages;
  readonly #byNumber = new Map<string, ReadonlyMap<number, MessageField>>();

  constructor(messages: Messages) {
    this.#messages = messages;
  }

  message(name: string, bytes: Uint8Array, depth: number): unknown {
    if (depth > deepest) throw new ProtobufError('proto: message nested too deeply');
    const result: Record<string, unknown> = {};
    const fields = this.#fields(name);
    each(bytes, (number, cursor, wire) => {
      const field = fields.get(number);
      if (field === undefined) cursor.skip(wire);
      else this.#read(result, field, cursor, wire, depth);
    });
    return united(name, result);
  }

  #fields(name: string): ReadonlyMap<number, MessageField> {
    let fields = this.#byNumber.get(name);
    if (fields === undefined) {
      fields = new Map((this.#messages[name] ?? []).map(field => [field[0], field]));
      this.#byNumber.set(name, fields);
    }
    return fields;
  }

  #read(
    into: Record<string, unknown>,
    field: MessageField,
    cursor: Cursor,
    wire: number,
    depth: number,
  ): void {
    const [, name, , , marks] = field;
    if (marks.includes('k')) return this.#readEntry(into, field, cursor, depth);
    const value = this.#value(field, cursor, wire, depth);
    if (marks.includes('l')) {
      const list = (into[name] ?? []) as unknown[];
      list.push(value);
      into[name] = list;
    } else if (name === '') Object.assign(into, value);
    else if (!isLeftOut(value, marks)) into[name] = value;
  }

  #readEntry(into: Record<string, unknown>, field: MessageField, cursor: Cursor, depth: number): void {
    const [, name] = field;
    const map = (into[name] ?? {}) as Record<string, unknown>;
    let key = '';
    let value: unknown = '';
    each(cursor.chunk(), (number, part, wire) => {
      if (number === 1 && wire === 2) key = textOf(part.chunk());
      else if (number === 2) value = this.#value(field, part, wire, depth);
      else part.skip(wire);
    });
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
    into[name] = map;
  }

  #value([, , kind, message]: MessageField, cursor: Cursor, wire: number, depth: number): unknown {
    if (kind === 'i') return Number(BigInt.asIntN(64, cursor.varint()));
    if (kind === 'b') return cursor.varint() !== 0n;
    if (kind === 'd') return Buffer.from(cursor.take(8)).readDoubleLE();
    if (wire !== 2) throw new ProtobufError(`proto: wrong wireType = ${wire}`);
    const bytes = cursor.chunk();
    if (kind === 'm') return this.message(message, bytes, depth + 1);
    return specials[kind]?.(bytes);
  }
}

/** What Go's JSON leaves out: empty values of fields that are always there and marked so. */
function isLeftOut(value: unknown, marks: string): boolean {
  if (value === undefined) return true;
  if (marks.includes('p') || !marks.includes('o')) return false;
  return value === '' || value === 0 || value === false;
}

const specials: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  s: textOf,
  y: bytes => Buffer.from(bytes).toString('base64'),
  t: bytes => timeOf(bytes, 0),
  u: bytes => timeOf(bytes, 6),
  D: durationOf,
  q: bytes => firstText(bytes),
  x: intOrStringOf,
  r: rawOf,
  F: rawOf,
};

function numbersOf(bytes: Uint8Array): Map<number, bigint> {
  const found = new Map<number, bigint>();
  each(bytes, (number, cursor, wire) => {
    if (wire === 0) found.set(number, BigInt.asIntN(64, cursor.varint()));
    else cursor.skip(wire);
  });
  return found;
}

/** A point in time; the zero of Go's time is nothing. */
function timeOf(bytes: Uint8Array, digits: number): string | undefined {
  const numbers = numbersOf(bytes);
  const seconds = Number(numbers.get(1) ?? 0n);
  const nanos = Number(numbers.get(2) ?? 0n);
  if (numbers.size === 0) return undefined;
  const time = new Date(seconds * 1000);
  if (Number.isNaN(time.getTime())) throw new ProtobufError('proto: time out of range');
  const fraction = digits === 0 ? '' : `.${String(nanos).padStart(9, '0').slice(0, digits)}`;
  return `${time.toISOString().slice(0, 19)}${fraction}Z`;
}

/** `1h2m3s` as Go writes durations. */
function durationOf(bytes: Uint8Array): string {
  const nanos = Number(numbersOf(bytes).get(1) ?? 0n);
  const seconds = nanos / 1e9;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${seconds % 60}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

function firstText(bytes: Uint8Array): string {
  let text = '';
  each(bytes, (number, cursor, wire) => {
    if (number === 1 && wire === 2) text = textOf(cursor.chunk());
    else cursor.skip(wire);
  });
  return text;
}

function intOrStringOf(bytes: Uint8Array): number | string {
  const numbers = numbersOf(bytes);
  if (numbers.get(1) !== 1n) return Number(numbers.get(2) ?? 0n);
  let text = '';
  each(bytes, (number, cursor, wire) => {
    if (number === 3 && wire === 2) text = textOf(cursor.chunk());
    else cursor.skip(wire);
  });
  return text;
}

/** JSON that stands in a message as it is. */
function rawOf(bytes: Uint8Array): unknown {
  const text = firstText(bytes);
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new ProtobufError('proto: a part that should be JSON is not');
  }
}

/** Messages that stand for one of several things are that thing in JSON; named lists are lists. */
function united(name: string, value: Record<string, unknown>): unknown {
  if (Object.hasOwn(value, '')) return value[''];
  const choice = /\.JSONSchemaPropsOr(Array|Bool|StringArray)$/.exec(name)?.[1];
  if (choice === undefined) return value;
  const { schema, jSONSchemas, allows, property } = value;
  if (schema !== undefined) return schema;
  if (choice === 'Array') return jSONSchemas ?? [];
  return choice === 'Bool' ? (allows ?? false) : (property ?? []);
}
