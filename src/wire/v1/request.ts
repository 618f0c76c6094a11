import type { NamedTensor } from '../../tensor/index.ts';
import { wireErrors } from '../errors.ts';
import { JsonReader } from '../json/reader.ts';
import { duplicateKey, readValue, type JsonValue } from '../json/value.ts';
import type { DecodeLimits } from '../limits.ts';
import { tooManyRows } from '../rows.ts';
import { openObjectField, wrongType } from '../v2/fields.ts';
import { areRecords, columnsOf } from './columns.ts';
import { readMatrix } from './matrix.ts';
import { nestedOf, tensorsOf } from './nested.ts';
import { filledRows } from './ragged.ts';

/** A prediction request of the V1 protocol: one tensor `input-0`, or one tensor `[rows]` for each column, named
 * after it where the request names it. */
export interface PredictRequest {
  readonly inputs: readonly NamedTensor[];
}

/** How rows of a request may look. */
export type RowWidths = 'even' | 'any';

/**
 * Reads the body of a V1 `predict` request as KServe's scikit-learn server does: `inputs` beats `instances`; objects are
 * rows by column name, texts are BYTES, lists form one tensor whose datatype is what NumPy would find, but for integers,
 * which are FP64 as long as that loses nothing. Unknown keys are passed over.
 * @param widths `any`: rows may be lists of different lengths, which are filled with null to that of the longest
 * @throws coded `wire-…` errors, all of the caller's fault, that name the path, what was found and what was expected.
 */
export function decodePredictRequest(
  body: Uint8Array,
  limits: DecodeLimits,
  widths: RowWidths = 'even',
): PredictRequest {
  const reader = new JsonReader(body);
  openObjectField(reader, () => 'the body');
  let inputs: readonly NamedTensor[] | undefined;
  let instances: readonly NamedTensor[] | undefined;
  let first = true;
  for (;;) {
    const key = reader.nextKey(first);
    if (key === undefined) break;
    first = false;
    if (key === 'inputs') {
      if (inputs !== undefined) throw duplicateKey(key, 'the body');
      inputs = readTensors(reader, key, limits, widths);
    } else if (key === 'instances') {
      if (instances !== undefined) throw duplicateKey(key, 'the body');
      instances = readTensors(reader, key, limits, widths);
    } else reader.skip();
  }
  reader.end();
  const chosen = inputs ?? instances;
  if (chosen === undefined)
    throw wireErrors.make['wire-field-missing']('instances: found nothing, expected `instances` or `inputs`');
  return { inputs: chosen };
}

function readTensors(
  reader: JsonReader,
  path: string,
  limits: DecodeLimits,
  widths: RowWidths,
): readonly NamedTensor[] {
  if (reader.peek() !== 0x5b) throw wrongType(reader, path, 'a list');
  const matrix = readMatrix(reader, path, limits);
  if (matrix !== undefined) return [matrix];
  const rows = readItems(reader, path, limits);
  if (areRecords(rows)) return columnsOf(rows, path, limits);
  const filled = widths === 'any' ? filledRows(rows, path) : undefined;
  return filled === undefined
    ? nestedOf(rows, path)
    : tensorsOf(filled.leaves, [rows.length, filled.width], path);
}

// Counted as they are read, so that rows over the limit take no memory.
function readItems(reader: JsonReader, path: string, limits: DecodeLimits): readonly JsonValue[] {
  reader.openArray();
  const items: JsonValue[] = [];
  while (reader.nextItem(items.length === 0)) {
    items.push(readValue(reader, true, 1));
    if (items.length > limits.maxRows) throw tooManyRows(path, items.length, limits);
  }
  return items;
}
