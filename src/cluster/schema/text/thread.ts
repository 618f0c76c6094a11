import { parentPort, workerData } from 'node:worker_threads';
import { DecodeError } from './json.ts';
import { parseYaml } from './yaml.ts';

/** What a text was read into, or what is wrong with it. */
export type Outcome =
  | { readonly json: string; readonly strict: readonly string[] }
  | { readonly fault: string }
  /** It is larger than any text can be. */
  | { readonly costly: true };

function outcomeOf(body: Uint8Array): Outcome {
  try {
    const { value, strict } = parseYaml(body);
    return { json: JSON.stringify(value), strict };
  } catch (error) {
    if (error instanceof DecodeError) return { fault: error.message };
    if (error instanceof RangeError) return { costly: true };
    throw error;
  }
}

parentPort?.postMessage(outcomeOf(workerData as Uint8Array));
