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
  readonly model: string;
  readonly path: string;
  readonly bodyFile: string;
  readonly body: Buffer;
  /** What the library itself answers to it: `predict` of scikit-learn, unless said otherwise. */
  readonly truth: readonly number[];
  /** How far an answer may be from it, as a share of the largest value; 0 when absent. */
  readonly tolerance?: number;
  /** An answer takes so long that questions are counted one by one, over one connection. */
  readonly counted?: boolean;
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

interface About {
  readonly file: string;
  readonly method: string;
}

/** A model of `bench/tabular/models.py` as servers get it. */
export interface Tabular {
  readonly name: string;
  readonly file: string;
  /** Where MLServer finds its settings. */
  readonly folder: string;
  /** Servers are set to answer class probabilities. */
  readonly probabilities: boolean;
}

export function tabularModel(name: string): Tabular {
  const folder = join(modelsFolder, 'tabular', name);
  const { file, method } = JSON.parse(readFileSync(join(folder, 'about.json'), 'utf8')) as About;
  return { name, file: join(folder, file), folder, probabilities: method === 'predict_proba' };
}

/** The first rows of a tabular model as a V2 body, with what the library answers to the numbers in it. */
export function tabularWorkload({ name: model, folder }: Tabular, rows: number, counted: boolean): Workload {
  const bodyFile = join(folder, `${rows}.v2.json`);
  const truth = JSON.parse(readFileSync(join(folder, `${rows}.truth.json`), 'utf8')) as number[];
  return {
    name: `${model}-${rows}`,
    model,
    path: `/v2/models/${model}/infer`,
    bodyFile,
    body: readFileSync(bodyFile),
    truth,
    tolerance: 1e-6,
    counted,
  };
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
export function isRight(answer: Answer, { truth, tolerance = 0 }: Workload): boolean {
  if (answer.status !== 200) return false;
  const values = valuesOf(answer.text);
  if (truth.length === 0 || values.length !== truth.length) return false;
  const apart = tolerance * truth.reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return values.every((value, i) => Math.abs(value - truth[i]!) <= apart);
}
