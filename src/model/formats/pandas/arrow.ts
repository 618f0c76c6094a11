import { PyBytes, PyObject, PyTuple, type PyValue } from '../pickle/index.ts';

/** Texts of pyarrow by the bytes of an offset: `string` has 32 bits, `large_string` 64. */
const offsetBytes: Readonly<Record<string, 4 | 8>> = {
  string: 4,
  utf8: 4,
  large_string: 8,
  large_utf8: 8,
};

/** A file may give one array over and over. */
const mostTexts = 2 ** 20;

function listOf(value: PyValue | undefined): readonly PyValue[] | undefined {
  if (value instanceof PyTuple) return value.items;
  return Array.isArray(value) ? (value as readonly PyValue[]) : undefined;
}

function isCall(value: PyValue | undefined, name: string): value is PyObject {
  return value instanceof PyObject && value.cls.name === name && value.cls.module.startsWith('pyarrow');
}

/** The bytes of `py_buffer(bytes)`; none where there is no buffer. */
function bytesOf(value: PyValue | undefined): Uint8Array | undefined {
  const [bytes] = isCall(value, 'py_buffer') ? value.args : [];
  return bytes instanceof PyBytes ? bytes.data : undefined;
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

/** `_restore_array((type, length, nulls, offset, [validity, offsets, contents], …))`, after Arrow's columnar format. */
function arrayTexts({ args: [state] }: PyObject): readonly PyValue[] | undefined {
  const [type, length, , offset, buffers] = listOf(state) ?? [];
  const alias = isCall(type, 'type_for_alias') ? type.args[0] : undefined;
  const size = typeof alias === 'string' ? offsetBytes[alias] : undefined;
  const [count, first] = [countOf(length), countOf(offset)];
  const [validity, starts, contents] = (listOf(buffers) ?? []).map(bytesOf);
  if (count === 0) return [];
  if (size === undefined || Number.isNaN(count + first) || starts === undefined) return undefined;
  const { buffer, byteOffset, byteLength } = contents ?? new Uint8Array(0);
  const data = Buffer.from(buffer, byteOffset, byteLength);
  const offsets = offsetsIn(starts, size, first, count, data.length);
  if (offsets === undefined || (validity !== undefined && validity.length * 8 < first + count))
    return undefined;
  return Array.from({ length: count }, (_, at) => {
    const bit = first + at;
    if (validity !== undefined && (((validity[bit >> 3] as number) >> (bit & 7)) & 1) === 0) return NaN;
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
  const chunks = isCall(value, 'chunked_array') ? listOf(value.args[0]) : undefined;
  if (chunks === undefined) return undefined;
  const all: PyValue[] = [];
  for (const chunk of chunks) {
    const texts = isCall(chunk, '_restore_array') ? arrayTexts(chunk) : undefined;
    if (texts === undefined || all.length + texts.length > mostTexts) return undefined;
    for (const text of texts) all.push(text);
  }
  return all;
}
