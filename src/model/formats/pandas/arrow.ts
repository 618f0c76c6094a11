import { PyBytes, PyObject, itemsOf, type PyValue } from '../pickle/index.ts';

/** Texts of pyarrow by the bytes of an offset: `string` has 32 bits, `large_string` 64. */
const offsetBytes: Readonly<Record<string, 4 | 8>> = {
  string: 4,
  utf8: 4,
  large_string: 8,
  large_utf8: 8,
};

/** A file may give one array over and over. */
const mostTexts = 2 ** 20;

/** How many times the length of a buffer the texts in it may have together: arrays of real files do not overlap. */
const mostUses = 4;

/** What arrays of files hold: an array is read once, however often its file gives it. */
const known = new WeakMap<PyObject, readonly PyValue[] | undefined>();

/** Bytes of the texts that were read from a buffer. */
const used = new WeakMap<PyBytes, number>();

function isCall(value: PyValue | undefined, name: string): value is PyObject {
  return value instanceof PyObject && value.cls.name === name && value.cls.module.startsWith('pyarrow');
}

/** The bytes of `py_buffer(bytes)`; none where there is no buffer. */
function bytesOf(value: PyValue | undefined): PyBytes | undefined {
  const [bytes] = isCall(value, 'py_buffer') ? value.args : [];
  return bytes instanceof PyBytes ? bytes : undefined;
}

/** Whether a buffer may be used for this many bytes of texts more. */
function mayUse(buffer: PyBytes | undefined, bytes: number): boolean {
  if (buffer === undefined || bytes === 0) return true;
  const all = (used.get(buffer) ?? 0) + bytes;
  used.set(buffer, all);
  return all <= mostUses * buffer.data.length;
}

function countOf(value: PyValue | undefined): number {
  return typeof value === 'bigint' && value >= 0n && value < 2n ** 31n ? Number(value) : NaN;
}

/** Offsets `first` to `first + count`; undefined when they are not within `length` or fall. */
function offsetsIn(
  bytes: Uint8Array,
  size: 4 | 8,
  first: number,
  count: number,
  length: number,
): readonly number[] | undefined {
  if ((first + count + 1) * size > bytes.length) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = Array.from({ length: count + 1 }, (_, at) => {
    const place = (first + at) * size;
    return size === 4 ? view.getInt32(place, true) : Number(view.getBigInt64(place, true));
  });
  return found.every((offset, at) => offset >= (found[at - 1] ?? 0) && offset <= length) ? found : undefined;
}

function arrayTexts(array: PyObject): readonly PyValue[] | undefined {
  if (!known.has(array)) known.set(array, readArray(array));
  return known.get(array);
}

/** `_restore_array((type, length, nulls, offset, [validity, offsets, contents], …))`, after Arrow's columnar format. */
function readArray({ args: [state] }: PyObject): readonly PyValue[] | undefined {
  const [type, length, , offset, buffers] = itemsOf(state) ?? [];
  const alias = isCall(type, 'type_for_alias') ? type.args[0] : undefined;
  const size = typeof alias === 'string' ? offsetBytes[alias] : undefined;
  const [count, first] = [countOf(length), countOf(offset)];
  const [validity, starts, contents] = (itemsOf(buffers) ?? []).map(bytesOf);
  if (count === 0) return [];
  if (size === undefined || Number.isNaN(count + first) || starts === undefined) return undefined;
  const { buffer, byteOffset, byteLength } = contents?.data ?? new Uint8Array(0);
  const data = Buffer.from(buffer, byteOffset, byteLength);
  const offsets = offsetsIn(starts.data, size, first, count, data.length);
  const bits = validity?.data;
  if (offsets === undefined || (bits !== undefined && bits.length * 8 < first + count)) return undefined;
  if (!mayUse(contents, (offsets[count] as number) - (offsets[0] as number))) return undefined;
  return Array.from({ length: count }, (_, at) => {
    const bit = first + at;
    if (bits !== undefined && (((bits[bit >> 3] as number) >> (bit & 7)) & 1) === 0) return NaN;
    return data.toString('utf8', offsets[at], offsets[at + 1]);
  });
}

/**
 * Texts of an array of pyarrow, which pandas keeps texts in where pyarrow is there: an array, or several one after another
 * (`chunked_array([arrays], type)`). A missing text is NaN.
 * @returns undefined for anything else
 */
export function arrowTexts(value: PyValue | undefined): readonly PyValue[] | undefined {
  if (isCall(value, '_restore_array')) return arrayTexts(value);
  const chunks = isCall(value, 'chunked_array') ? itemsOf(value.args[0]) : undefined;
  if (chunks === undefined) return undefined;
  const all: PyValue[] = [];
  for (const chunk of chunks) {
    const texts = isCall(chunk, '_restore_array') ? arrayTexts(chunk) : undefined;
    if (texts === undefined || all.length + texts.length > mostTexts) return undefined;
    for (const text of texts) all.push(text);
  }
  return all;
}
