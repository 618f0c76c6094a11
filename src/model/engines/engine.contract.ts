import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { CodedError } from '../../base/errors/index.ts';
import { isCoded, type NamedTensor, type TensorData } from '../../tensor/index.ts';
import type { Plan } from '../plan/index.ts';
import type { Engine, Executable } from './contract.ts';

/** A model for an engine to prove itself with. */
export interface EngineExample {
  readonly name: string;
  readonly plan: Plan;
  /** Inputs of one row each, at least two. */
  readonly rows: readonly (readonly NamedTensor[])[];
  /** The rows as one call. */
  readonly batch: readonly NamedTensor[];
}

function plain(data: TensorData): readonly unknown[] {
  if (isCoded(data)) return Array.from(data.codes, code => data.values[code]);
  return Array.from(data as ArrayLike<unknown>);
}

function comparable(tensors: readonly NamedTensor[]): unknown {
  return tensors.map(({ name, datatype, shape, data }) => ({ name, datatype, shape, data: plain(data) }));
}

/** The rows of a tensor of numbers, many times over. */
function repeated(tensor: NamedTensor, times: number): NamedTensor {
  const data = tensor.data as Float64Array;
  const Values = data.constructor as Float64ArrayConstructor;
  const values = new Values(data.length * times);
  for (let time = 0; time < times; time++) values.set(data, time * data.length);
  const [rows = 1, ...inner] = tensor.shape;
  return { ...tensor, shape: [rows * times, ...inner], data: values };
}

/** What every engine owes its callers. */
export function describeEngine(
  name: string,
  make: () => Promise<{ engine: Engine; examples: readonly EngineExample[] }>,
): void {
  suite(`engine ${name}`, async () => {
    const { engine, examples } = await make();
    for (const example of examples) suite(example.name, () => describeExample(engine, example));
  });
}

function describeExample(engine: Engine, { plan, rows, batch }: EngineExample): void {
  const names = plan.outputs.map(output => output.name);
  const all = async (
    inputs: readonly NamedTensor[],
    executable?: Executable,
  ): Promise<readonly NamedTensor[]> => (executable ?? (await engine.compile(plan))).run(inputs, names);

  test('accepts the plan and says what it costs', async () => {
    assert.ok(engine.accepts(plan));
    const bytes = engine.estimate(plan);
    assert.ok(Number.isSafeInteger(bytes) && bytes >= plan.buffer.byteLength, `${bytes} bytes`);
    const executable = await engine.compile(plan);
    const cost = executable.cost(batch, names);
    assert.ok(Number.isFinite(cost) && cost > 0, `${cost} ns`);
    assert.ok(executable.cost(batch, names.slice(0, 1)) <= cost);
    assert.equal(executable.cost(batch, []), 0);
    assert.throws(() => executable.cost(batch, ['no such output']), CodedError);
    assert.ok(['rows', 'single', 'self-scheduled'].includes(executable.feed));
  });

  test('gives the outputs asked for, in that order, as the plan describes them', async () => {
    const executable = await engine.compile(plan);
    const reversed = names.toReversed();
    const answers = await executable.run(batch, reversed);
    assert.deepEqual(
      answers.map(answer => answer.name),
      reversed,
    );
    for (const answer of answers) {
      const spec = plan.outputs.find(output => output.name === answer.name);
      assert.equal(answer.datatype, spec?.datatype);
      assert.deepEqual(answer.shape, [rows.length, ...(spec?.shape.slice(1) ?? [])]);
      assert.equal(
        plain(answer.data).length,
        answer.shape.reduce((product, size) => product * size, 1),
      );
    }
  });

  test('gives nothing when nothing is asked for', async () => {
    assert.deepEqual(await (await engine.compile(plan)).run(batch, []), []);
  });

  test('answers the same again, and on another copy', async () => {
    const executable = await engine.compile(plan);
    const first = comparable(await all(batch, executable));
    assert.deepEqual(comparable(await all(batch, executable)), first);
    assert.deepEqual(comparable(await all(batch)), first);
  });

  test('an answer is the caller’s own, and the inputs stay what they were', async () => {
    const executable = await engine.compile(plan);
    const before = comparable(batch);
    const answers = await all(batch, executable);
    const kept = comparable(answers);
    await all(rows[0] as readonly NamedTensor[], executable);
    assert.deepEqual(comparable(answers), kept);
    for (const { data } of answers) (isCoded(data) ? data.codes : (data as Float64Array)).fill(0);
    assert.deepEqual(comparable(await all(batch, executable)), kept);
    assert.deepEqual(comparable(batch), before);
  });

  test('rows may be merged when it says so', async () => {
    const executable = await engine.compile(plan);
    if (executable.feed !== 'rows') return;
    const together = await all(batch, executable);
    for (const [row, inputs] of rows.entries()) {
      for (const [index, answer] of (await all(inputs, executable)).entries()) {
        const width = plain(answer.data).length;
        const merged = plain((together[index] as NamedTensor).data).slice(row * width, (row + 1) * width);
        assert.deepEqual(plain(answer.data), merged, `${answer.name}, row ${row}`);
      }
    }
  });

  const usersFault = (error: unknown): boolean =>
    error instanceof CodedError && error.fault === 'user' && error.status >= 400 && error.status < 500;

  test('what the caller got wrong is a coded error, and the next call works', async () => {
    const executable = await engine.compile(plan);
    const good = comparable(await all(batch, executable));
    const [tensor] = batch as readonly [NamedTensor];
    const wrong: readonly (readonly NamedTensor[])[] = [
      [],
      [{ ...tensor, shape: [] }],
      [{ ...tensor, shape: [1, 1, ...tensor.shape] }],
      [{ ...tensor, shape: [(tensor.shape[0] as number) + 1, ...tensor.shape.slice(1)] }],
      [{ ...tensor, name: 'x', datatype: 'BYTES', data: plain(tensor.data).map(String) }],
      [tensor, tensor],
    ];
    for (const inputs of wrong) {
      await assert.rejects(async () => executable.run(inputs, names), usersFault);
      assert.deepEqual(comparable(await all(batch, executable)), good);
    }
    await assert.rejects(async () => executable.run(batch, ['no such output']), usersFault);
  });

  test('what a checkpoint throws ends a long run, and the next call works', async () => {
    const executable = await engine.compile(plan);
    const good = comparable(await all(batch, executable));
    const many = batch.map(tensor => repeated(tensor, 1000));
    let passed = 0;
    await executable.run(many, names, () => void passed++);
    assert.ok(passed > 0, 'it never asked');
    const stop = new Error('nobody waits');
    await assert.rejects(
      async () =>
        executable.run(many, names, () => {
          throw stop;
        }),
      stop,
    );
    assert.deepEqual(comparable(await all(batch, executable)), good);
  });

  test('the plan works on another thread: nothing but its data is needed', async () => {
    const sent = structuredClone(plan);
    const there = await engine.compile(sent);
    assert.deepEqual(comparable(await there.run(batch, names)), comparable(await all(batch)));
  });
}
