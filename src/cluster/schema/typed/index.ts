import type { TypedSchema } from '../schema.ts';
import { TypedDecoder } from './decoder.ts';
import { Hard } from './fault.ts';

/** What came of decoding. */
export interface Decoded {
  readonly value: unknown;
  /** `unknown field "spec.replicaz"`, in the order of the value, 100 at most. */
  readonly unknown: readonly string[];
  /** The message of the first value that does not fit; the object cannot be used. */
  readonly fault?: string;
}

/**
 * Decodes an object of a built-in kind as Kubernetes' Go types do (`sigs.k8s.io/json`): types are checked with Go's messages,
 * unknown fields are dropped and listed, null is as good as absent, empty optional lists and maps are left out.
 */
export function decodeTyped(value: unknown, { schema, definitions }: TypedSchema): Decoded {
  const { kind } = (value ?? {}) as { kind?: unknown };
  const decoder = new TypedDecoder(definitions, typeof kind === 'string' ? kind : '');
  let decoded: unknown;
  try {
    decoded = value === null ? {} : decoder.value(value, schema);
  } catch (error) {
    if (!(error instanceof Hard)) throw error;
    return { value: {}, unknown: [], fault: error.message };
  }
  const { unknown, fault } = decoder;
  return fault === undefined ? { value: decoded, unknown } : { value: decoded, unknown, fault };
}
