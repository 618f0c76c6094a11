import { boosterOfBinary } from './binary.ts';
import type { Booster } from './booster.ts';
import { boosterOfDocument, parallelTreesOf } from './document.ts';
import { malformed, truncated } from './errors.ts';
import { Fields } from './fields.ts';
import { readJson } from './json.ts';
import { formOf, startsWith } from './recognise.ts';
import { readUbjson } from './ubjson.ts';

const serialised = 'CONFIG-offset:';

/** `CONFIG-offset:`, the length of the model, the model in binary, and the settings of the booster as JSON. */
function serialisedBooster(bytes: Uint8Array): Booster {
  const start = serialised.length + 8;
  if (bytes.length < start) truncated(`a serialised booster of ${bytes.length} bytes ends before its length`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = Number(view.getBigInt64(serialised.length, true));
  if (length < 0) malformed(`a serialised booster has a model of ${length} bytes`);
  if (length > bytes.length - start)
    truncated(
      `a serialised booster has a model of ${length} bytes, the file has ${bytes.length - start} more`,
    );
  const config = bytes.subarray(start + length);
  const parallel = config.length === 0 ? undefined : parallelTreesOf(new Fields(readJson(config), 'Config'));
  return binaryBooster(bytes.subarray(start, start + length), 'binary of a serialised booster', parallel);
}

function binaryBooster(bytes: Uint8Array, form: string, parallel?: number): Booster {
  return boosterOfBinary(startsWith(bytes, 'binf') ? bytes.subarray(4) : bytes, form, parallel);
}

/** Base64 in lines, as versions before 0.47 wrote it on request. */
function fromBase64(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').trim();
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    malformed(`the ${text.length} characters after bs64 are no base64`);
  return Buffer.from(text, 'base64');
}

/**
 * A booster in any form that XGBoost ever wrote: `save_model`'s, `save_raw`'s, or that of a pickle's `handle`.
 * @throws `xgboost-truncated`, `xgboost-malformed`, `xgboost-unsupported`, `xgboost-too-large`
 */
export function readBooster(given: Uint8Array): Booster {
  // A Buffer would share its memory where an array is to be copied.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length);
  switch (formOf(bytes)) {
    case 'json':
      return boosterOfDocument(readJson(bytes), 'JSON');
    case 'ubj':
      return boosterOfDocument(readUbjson(bytes), 'UBJ');
    case 'serialised':
      return serialisedBooster(bytes);
    case 'base64':
      return binaryBooster(fromBase64(bytes.subarray(5)), 'binary in base64');
    case 'binary':
      return binaryBooster(bytes, 'binary');
    case undefined:
      return bytes.length < 200
        ? truncated(`${bytes.length} bytes are too few for an XGBoost model`)
        : malformed('the bytes begin like no XGBoost model: expected JSON, UBJ or the binary format');
  }
}
