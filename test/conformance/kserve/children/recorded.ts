import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export type Mode = 'standard' | 'knative' | 'standard-gateway';

export interface Step {
  /** `create`, `merge [Kind/name][/subresource]`, `delete [Kind/name]`, `apply`. */
  readonly do: string;
  readonly object: Readonly<Record<string, unknown>> | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** What there was in the end of a manifest, and after each of its steps. */
export interface Recorded {
  readonly final: Readonly<Record<string, { metadata: Fields; managers: readonly string[]; status: Fields }>>;
  readonly children: readonly (Fields & { readonly kind: string; readonly name: string })[];
  readonly events: readonly Fields[];
  readonly table?: readonly string[];
  readonly after: readonly (Fields | null)[];
}

export interface RecordedCase {
  readonly name: string;
  readonly validate: string;
  readonly steps: readonly Step[];
  /** Of the answers to the steps. */
  readonly statuses: readonly number[];
  readonly modes: Readonly<Partial<Record<Mode, Recorded>>>;
}

const file = join(import.meta.dirname, 'recorded.json.gz');
const all = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { cases: RecordedCase[] };

export const cases: readonly RecordedCase[] = all.cases;
