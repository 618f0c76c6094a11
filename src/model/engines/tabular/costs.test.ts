import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { NamedTensor } from '../../../tensor/index.ts';
import { encodeTexts, tokenOps, type Attribute, type PlanBuilder } from '../../plan/index.ts';
import { matrix, planOf, words, wordSet, type Arrays } from './kernels/kernel.contract.ts';
import { tabular } from './index.ts';

type Build = (builder: PlanBuilder, x: number) => number;

function numbers(rows: number, width: number): NamedTensor {
  const data = new Float64Array(rows * width).fill(1);
  return { name: 'input-0', datatype: 'FP64', shape: [rows, width], data };
}

function texts(...rows: readonly (readonly string[])[]): NamedTensor {
  const width = rows[0]?.length ?? 1;
  return { name: 'input-0', datatype: 'BYTES', shape: [rows.length, width], data: rows.flat() };
}

/** Nanoseconds expected for a request to a plan of one operator, or a few. */
async function costOf(build: Build, input: NamedTensor): Promise<number> {
  const width = input.shape[1] as number;
  const cell = input.datatype === 'BYTES' ? 'a' : 1;
  const row = Array.from<string | number>({ length: width }).fill(cell) as number[];
  const plan = planOf({ operator: 'input', rows: [row], expected: [], build });
  return (await tabular.compile(plan)).cost([input], ['y']);
}

/** One or more words after one another, `steps` of a program long. */
function wordProgram(steps: number): Arrays {
  const sets = Array.from({ length: steps }, () => [tokenOps.set, 0, 0]);
  return { ...wordSet, program: Int32Array.from([...sets, [tokenOps.match, 0, 0]].flat()) };
}

function hashed(attributes: Readonly<Record<string, Attribute>> = {}, arrays = wordSet): Build {
  const more = { width: 1024, signs: false, absolute: false };
  return (builder, x) => builder.add('hashTerms', [x], { ...words, ...more, ...attributes }, arrays);
}

const text = 'some words of a text '.repeat(500);

suite('what a request is expected to take', () => {
  test('grows with its rows', async () => {
    const softmax: Build = (builder, x) => builder.add('softmax', [x]);
    const [one, two, many] = await Promise.all([1, 2, 31].map(rows => costOf(softmax, numbers(rows, 4))));
    assert.ok(one! > 0 && two! > one!);
    assert.ok(Math.abs(many! - one! - 30 * (two! - one!)) < 1, `${one}, ${two}, ${many} ns`);
  });

  test('is less for a row where many are walked through trees together', async () => {
    const trees: Build = (builder, x) =>
      builder.add(
        'trees',
        [x],
        { keys: 'float32', absent: 'zero', numeric: 1, bits: 1, width: 1, sum: 'f64' },
        {
          features: Int32Array.of(0),
          policies: Int32Array.of(0),
          roots: Int32Array.of(0),
          nodes: { values: Int32Array.of(0, 1), shape: [1, 2] },
          leaves: { values: Float64Array.of(1), shape: [1, 1] },
          start: Float64Array.of(0),
        },
      );
    assert.ok((await costOf(trees, numbers(64, 1))) < 40 * (await costOf(trees, numbers(1, 1))));
  });

  test('grows with the length of its texts', async () => {
    const short = await costOf(hashed(), texts(['some words']));
    const long = await costOf(hashed(), texts([text]));
    const longer = await costOf(hashed(), texts([text.repeat(6)]));
    assert.ok(short < 50_000, `${short} ns`);
    assert.ok(longer > 1_000_000, `${longer} ns for ${text.length * 6} characters`);
    assert.ok(longer > 5 * long && longer < 7 * long, `${longer} ns, ${long} ns`);
    const apart = await costOf(hashed(), texts(['some words'], [text]));
    assert.ok(Math.abs(apart - short - long) < long / 100, `${apart} ns together`);
  });

  test('is found by counting each text once, and asking few columns for their names', async () => {
    const width = 50;
    let [counted, named] = [0, 0];
    const inputs = Array.from({ length: width }, (_, column): NamedTensor => {
      const data = new Proxy<readonly string[]>([text], {
        get(target, key, receiver) {
          if (key === '0') counted++;
          return Reflect.get(target, key, receiver) as unknown;
        },
      });
      return {
        get name() {
          named++;
          return `column ${column}`;
        },
        datatype: 'BYTES',
        shape: [1],
        data,
      };
    });
    const twice: Build = (builder, x) =>
      builder.add(
        'concatenate',
        [8, 16].map(columns => builder.add('digestTexts', [x], { width: columns })),
      );
    const row = Array.from({ length: width }, () => 'a') as unknown as number[];
    const featureNames = Array.from({ length: width }, (_, column) => `column ${column}`);
    const plan = { ...planOf({ operator: 'input', rows: [row], expected: [], build: twice }), featureNames };
    assert.ok((await tabular.compile(plan)).cost(inputs, ['y']) > width * 1000);
    assert.equal(counted, width);
    assert.ok(named <= 3 * width, `${named} names asked`);
  });

  test('grows with the terms that a text is cut into', async () => {
    const one = await costOf(hashed(), texts([text]));
    const three = await costOf(hashed({ most: 3 }), texts([text]));
    const characters = await costOf(hashed({ analyzer: 'char', most: 3 }), texts([text]));
    assert.ok(three > 1.5 * one && characters > 2 * three, `${one}, ${three}, ${characters} ns`);
  });

  test('grows with the program that finds tokens', async () => {
    const cost = (steps: number) =>
      costOf(hashed({ analyzer: 'program' }, wordProgram(steps)), texts([text]));
    const [small, large] = [await cost(2), await cost(40)];
    assert.ok(large > 5 * small, `${small}, ${large} ns`);
    // The longest program that patterns are translated to has taken 0.07 to 0.27 ms for a character.
    const longest = (await cost(1981)) / text.length;
    assert.ok(longest > 70_000 && longest < 270_000, `${longest} ns`);
  });

  test('does not follow texts that nobody cuts', async () => {
    const first: Build = (builder, x) => {
      const one = builder.add('textColumns', [x], {}, { indices: Int32Array.of(0) });
      return hashed()(builder, one);
    };
    const unread = await costOf(first, texts(['some words', text]));
    const read = await costOf(first, texts([text, 'some words']));
    assert.ok(read > 20 * unread, `${unread}, ${read} ns`);
  });

  test('counts the values that a sparse row has, not its columns', async () => {
    const counted: Build = (builder, x) =>
      builder.add(
        'countTerms',
        [x],
        { ...words, width: 1000 },
        { ...wordSet, ...encodeTexts('vocabulary', ['some']), columns: Int32Array.of(0) },
      );
    const weights = { values: new Float64Array(1000 * 50), shape: [1000, 50] };
    const weighed: Build = (builder, x) =>
      builder.add('affineSparse', [counted(builder, x)], {}, { weights, bias: new Float64Array(50) });
    const more = async (input: NamedTensor) =>
      (await costOf(weighed, input)) - (await costOf(counted, input));
    const [short, long] = [await more(texts(['a text'])), await more(texts([text]))];
    assert.ok(long > 20_000 && long > short + 20_000, `${short}, ${long} ns`);
  });

  test('grows with the rounds that a search may take', async () => {
    const parts = matrix(Array.from({ length: 20 }, () => Array.from({ length: 100 }, () => 1)));
    const cost = (steps: number) =>
      costOf(
        (builder, x) =>
          builder.add('nonnegativeParts', [x], { l1: 0, l2: 0, steps, tolerance: 1e-4 }, { parts }),
        numbers(1, 100),
      );
    const [few, many] = [await cost(200), await cost(2000)];
    assert.ok(many > 5 * few && many < 10 * few, `${few}, ${many} ns`);
  });

  test('grows with the rounds that a descent may take', async () => {
    const gram = matrix(Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => 1)));
    const rule = { penalty: 1, tolerance: 1e-8, positive: false, screens: false };
    const cost = (steps: number) =>
      costOf(
        (builder, x) => builder.add('lassoDescent', [x, x], { ...rule, steps }, { gram }),
        numbers(1, 20),
      );
    const [few, many] = [await cost(200), await cost(20_000)];
    assert.ok(many > 50 * few && many < 100 * few, `${few}, ${many} ns`);
  });

  test('is told for outputs that there are', async () => {
    const plan = planOf({ operator: 'input', rows: [[1]], expected: [], build: (_, x) => x });
    const executable = await tabular.compile(plan);
    assert.equal(executable.cost([numbers(1, 1)], []), 0);
    assert.throws(() => executable.cost([numbers(1, 1)], ['other']), { code: 'output-unknown' });
  });
});
