import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from './ask.ts';

/** Where `setup.sh` put the peers, the models and the requests. */
export const peersFolder = process.env['PEERS_DIR'] ?? join(homedir(), '.cache/peers');
export const modelsFolder = join(peersFolder, 'models');

export const modelNames = ['iris', 'forest'] as const;
export type ModelName = (typeof modelNames)[number];

/** A request to a model: `<model>-<rows>`, a V2 body. */
export interface Workload {
  readonly name: string;
  readonly model: ModelName;
  readonly path: string;
  readonly bodyFile: string;
  readonly body: Buffer;
  /** What `predict` of scikit-learn answers to it. */
  readonly truth: readonly number[];
}

/** @throws when `setup.sh` has not made the models yet. */
export function workload(model: ModelName, rows: number): Workload {
  const name = `${model}-${rows}`;
  const bodyFile = join(modelsFolder, `requests/${name}.v2.json`);
  try {
    const truths = JSON.parse(readFileSync(join(modelsFolder, 'answers/truth.json'), 'utf8')) as Record<
      string,
      readonly number[]
    >;
    const path = `/v2/models/${model}/infer`;
    return { name, model, path, bodyFile, body: readFileSync(bodyFile), truth: truths[name] ?? [] };
  } catch (cause) {
    throw new Error(`${name} is not there: run bench/setup.sh bare models first`, { cause });
  }
}

/** The values of a V2 answer's first output, flat; none when it is not such an answer. */
export function valuesOf(text: string): readonly number[] {
  try {
    const body = JSON.parse(text) as { outputs?: readonly { data?: unknown }[] };
    const data = body.outputs?.[0]?.data;
    return Array.isArray(data) ? data.flat(Infinity).map(Number) : [];
  } catch {
    return [];
  }
}

/** Whether an answer holds the right values; the datatype is free, since servers differ in it. */
export function isRight(answer: Answer, { truth }: Workload): boolean {
  if (answer.status !== 200) return false;
  const values = valuesOf(answer.text);
  return truth.length > 0 && values.length === truth.length && values.every((value, i) => value === truth[i]);
}
