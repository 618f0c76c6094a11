import { messageOf } from '../../../base/errors/index.ts';
import { malformed, truncated, xgboostErrors } from './errors.ts';
import type { Value } from './ubjson.ts';

/** XGBoost writes NaN and infinities as bare words between the elements of an array. */
const bareWords = /([[,:]\s*)(-?(?:NaN|nan|Infinity|inf))(?=\s*[,\]}])/g;

const endsEarly = /Unexpected end|Unterminated string/;

function textOf(bytes: Uint8Array): string {
  try {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  } catch (thrown) {
    throw xgboostErrors.make['xgboost-too-large'](
      `the JSON model has ${bytes.length} bytes, more than a text may have here`,
      { cause: thrown },
    );
  }
}

function parse(text: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (thrown) {
    const problem = `the JSON model of ${text.length} characters cannot be read: ${messageOf(thrown).slice(0, 200)}`;
    return endsEarly.test(problem) ? truncated(problem) : malformed(problem);
  }
}

/** @throws `xgboost-malformed`, `xgboost-too-large` */
export function readJson(bytes: Uint8Array): Value {
  const text = textOf(bytes);
  try {
    return JSON.parse(text) as Value;
  } catch {
    return parse(text.replaceAll(bareWords, '$1"$2"'));
  }
}
