import { Fault, malformed } from '../errors.ts';
import { latin1 } from '../machine/text.ts';
import { inflateZlib } from './deflate.ts';

/** `len('0x10000000000000000')`: the length of the content, in hexadecimal, padded to what 2^64 takes. */
const lengthWidth = 19;

/**
 * The container of joblib before 0.10: `ZF`, the inflated length in hexadecimal, a zlib stream. Python 2 wrote one
 * space more. Source: joblib's `numpy_pickle_compat.py`, `read_zfile`.
 * @throws Fault `pickle-malformed`, and what {@link inflateZlib} throws
 */
export function unwrapZfile(bytes: Uint8Array, limit: number): Uint8Array {
  const header = latin1(bytes.subarray(0, 2 + lengthWidth));
  const digits = /^ZF(0x[0-9a-fA-F]+)L? *$/.exec(header)?.[1];
  if (digits === undefined) throw malformed(`a zfile starts with its length, not ${JSON.stringify(header)}`);
  const start = bytes[2 + lengthWidth] === 0x20 ? 3 + lengthWidth : 2 + lengthWidth;
  const content = inflateZlib(bytes.subarray(start), limit);
  if (content.length !== Number(digits))
    throw new Fault(
      'inflate-corrupt',
      `a zfile announces ${Number(digits)} bytes, ${content.length} are there`,
    );
  return content;
}
