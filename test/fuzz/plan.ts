/**
 * Spoils encoded plans and computes what still passes the checks: `node test/fuzz/plan.ts [--seconds 10] [--seed 1]`.
 * Nothing may crash, hang, or fail in another way than with a coded error.
 */
import assert from 'node:assert/strict';
import { parseArgs } from 'node:util';
import { CodedError } from '../../src/base/errors/index.ts';
import { tabular } from '../../src/model/engines/tabular/index.ts';
import { seal } from '../../src/model/plan/file/encode.ts';
import { decodePlan, encodePlan } from '../../src/model/plan/file/index.ts';
import type { Plan } from '../../src/model/plan/index.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { planOf } from '../goldens/ask.ts';
import { findCase } from '../goldens/corpus.ts';
import { within } from './within.ts';

/** Models that between them have every operator of the corpus. */
export const models = [
  'svc-proba-five',
  'logistic-multinomial-string',
  'logistic-ovr',
  'forest-several-outputs',
  'tree-missing',
  'pipeline-bayes',
  'pipeline-svc-proba',
] as const;

/** A repeatable stream of numbers below 2^32. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) ^ (state << 7);
  };
}

const headBytes = 40;

/** Changes bytes behind the head, and makes the checksum right again: what passes it has to be sound by itself. */
function spoil(file: Uint8Array, next: () => number): Uint8Array {
  const spoilt = file.slice();
  const jsonBytes = new DataView(file.buffer).getUint32(12, true);
  for (let change = 0; change <= (next() >>> 0) % 3; change++) {
    const inJson = (next() >>> 0) % 2 === 0;
    const at = inJson
      ? headBytes + ((next() >>> 0) % jsonBytes)
      : headBytes + ((next() >>> 0) % (file.length - headBytes));
    // In JSON digits become digits, so that most of it still parses and lies.
    const old = spoilt[at] as number;
    spoilt[at] = inJson && old >= 48 && old <= 57 ? 48 + ((next() >>> 0) % 10) : (next() >>> 0) & 255;
  }
  seal(spoilt);
  return spoilt;
}

function decoded(file: Uint8Array): Plan | undefined {
  try {
    return decodePlan(file);
  } catch (error) {
    assert.ok(error instanceof CodedError && error.code === 'plan-damaged', String(error));
    return undefined;
  }
}

/** No machine of the tests has less; what needs more is what a budget would refuse. */
const budget = 2 ** 30;

async function compute(plan: Plan): Promise<void> {
  if (tabular.estimate(plan) > budget) return;
  const executable = await tabular.compile(plan);
  const width = plan.inputs[0]?.shape[1] ?? 1;
  const rows = 5;
  const input: NamedTensor = {
    name: 'input-0',
    datatype: 'FP64',
    shape: [rows, width],
    data: new Float64Array(rows * width),
  };
  try {
    await executable.run(
      [input],
      plan.outputs.map(output => output.name),
    );
  } catch (error) {
    assert.ok(error instanceof CodedError, String(error));
  }
}

async function encoded(name: string): Promise<Uint8Array> {
  const { corpus, entry } = findCase('1.6.1', name);
  return encodePlan(await planOf(corpus, entry));
}

export interface Tally {
  rounds: number;
  /** Spoilt plans that passed the checks and were computed. */
  sound: number;
}

/** Goes on with one model for as long as `more` says. */
export async function fuzzPlan(
  name: string,
  seed: number,
  more: (rounds: number) => boolean,
): Promise<Tally> {
  const file = await encoded(name);
  const next = numbers(seed);
  const tally = { rounds: 0, sound: 0 };
  for (; more(tally.rounds); tally.rounds++) {
    const plan = decoded(spoil(file, next));
    if (plan === undefined) continue;
    tally.sound++;
    await compute(plan);
  }
  return tally;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' } },
  });
  for (const [index, name] of models.entries()) {
    const goesOn = within(Number(values.seconds) / models.length);
    const seed = Number(values.seed) + index;
    process.stdout.write(`${name}, seed ${seed}: `);
    const { rounds, sound } = await fuzzPlan(name, seed, goesOn);
    process.stdout.write(`${rounds} spoilt plans, ${sound} still sound\n`);
  }
}
