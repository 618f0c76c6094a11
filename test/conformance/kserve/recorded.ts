import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export type Mode = 'standard' | 'knative';

export interface Step {
  /** `create`, `merge [Kind/name][/subresource]`, … */
  readonly do: string;
  readonly object: Readonly<Record<string, unknown>>;
}

export interface RecordedAnswer {
  readonly target: string;
  readonly status: number;
  readonly warnings?: readonly string[];
  /** A Status, or what counts of the object; absent for kinds that are not KServe's. */
  readonly response?: Readonly<Record<string, unknown>>;
  /** The mode that KServe's controller wrote into the status before the next step. */
  readonly mode?: string;
}

export interface RecordedCase {
  readonly name: string;
  readonly namespace: string;
  readonly validate: string;
  readonly steps: readonly Step[];
  readonly answers: Readonly<Partial<Record<Mode, readonly RecordedAnswer[]>>>;
}

const file = join(import.meta.dirname, 'recorded.json.gz');
const recorded = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { cases: RecordedCase[] };

export const cases: readonly RecordedCase[] = recorded.cases;
