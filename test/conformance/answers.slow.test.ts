/** What scikit-learn answered, asked for over HTTP: in each form that a request of V1 or V2 may have, and what metadata say of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { isCoded, type NamedTensor } from '../../src/tensor/index.ts';
import { decodeInferRequest } from '../../src/wire/index.ts';
import { difference, toleranceFor } from '../goldens/compare.ts';
import { findCase, type Entry, type Run } from '../goldens/corpus.ts';
import { elementsOf, tensorsOf } from '../goldens/tensors.ts';
import { startServing, type InProcess } from './serving.ts';

/** Datatype of the labels, and what the one input is: a matrix, a tensor for each column, or texts. */
const cases = [
  ['svc-proba-iris', 'INT64', 'FP64 [-1, 4]'],
  ['forest-three', 'INT64', 'FP64 [-1, 3]'],
  ['bayes-wine', 'INT64', 'FP64 [-1, 13]'],
  ['pipeline-alone', 'INT64', 'FP64 [-1, 4]'],
  ['logistic-frame', 'BYTES', 'FP64 [-1, 4]'],
  ['frame-tutorial', 'BYTES', 'columns'],
  ['frame-text-classifier', 'BYTES', 'columns'],
  ['texts-tfidf-logistic', 'INT64', 'BYTES [-1]'],
  ['text-logistic-binary', 'BOOL', 'BYTES [-1]'],
  ['scaler-missing', undefined, 'FP64 [-1, 4]'],
  ['isotonic', undefined, 'FP64 [-1, 1]'],
] as const;

const version = '1.6.1';
const limits = { maxRows: 1000, headBytes: 16_384, bodyBytes: 2 ** 20 };

/** An element as JSON, with the tokens that floats may need. */
function tokenOf(element: number | bigint | string | null | undefined): string {
  return typeof element === 'string' ? JSON.stringify(element) : String(element);
}

function elements({ datatype, data }: NamedTensor): string[] {
  const all = isCoded(data) ? elementsOf(data) : Array.from(data as ArrayLike<number | string | null>);
  return all.map(one => (datatype === 'BOOL' ? String(one === 1) : tokenOf(one)));
}

/** A request of V2; columns are sent as a data frame is, in another order than that of training where they have names. */
function v2Body(run: Run): string {
  const { form, names } = run.input;
  const tensors = tensorsOf(run.input).map(
    tensor =>
      `{"name":${JSON.stringify(tensor.name)},"shape":[${tensor.shape.join(',')}],"datatype":"${tensor.datatype}","data":[${elements(tensor).join(',')}]}`,
  );
  const sent = names === undefined ? tensors : tensors.toReversed();
  const frame = form === 'columns' ? '"parameters":{"content_type":"pd"},' : '';
  const outputs = Object.keys(run.outputs).map(name => `{"name":"${name}"}`);
  return `{${frame}"inputs":[${sent.join(',')}],"outputs":[${outputs.join(',')}]}`;
}

/** The same rows for V1: lists, objects by column, or texts. */
function v1Body(run: Run): string {
  const tensors = tensorsOf(run.input);
  const [first] = tensors;
  assert.ok(first !== undefined);
  const [rows = 0, width] = first.shape;
  const columns = tensors.map(elements);
  const instances = Array.from({ length: rows }, (_, row) => {
    if (run.input.form === 'columns') {
      const fields = tensors.map(({ name }, at) => `${JSON.stringify(name)}:${columns[at]?.[row]}`);
      return `{${fields.join(',')}}`;
    }
    return width === undefined
      ? columns[0]?.[row]
      : `[${columns[0]?.slice(row * width, (row + 1) * width).join(',')}]`;
  });
  return `{"instances":[${instances.join(',')}]}`;
}

suite('answers of scikit-learn over HTTP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'davit-answers-'));
  let serving: InProcess;

  before(async () => {
    serving = await startServing(limits);
    for (const [name] of cases) {
      const { corpus, entry } = findCase(version, name);
      const path = join(folder, entry.model);
      writeFileSync(path, corpus.model(entry));
      await serving.repository.add(name, path);
      await serving.repository.load(name);
    }
  });
  after(async () => {
    await serving.close();
    rmSync(folder, { recursive: true });
  });

  async function post(path: string, body?: string): Promise<string> {
    const asked = body === undefined ? {} : { method: 'POST', body };
    const response = await fetch(`http://127.0.0.1:${serving.port}${path}`, asked);
    const text = await response.text();
    assert.equal(response.status, 200, `${path}: ${text.slice(0, 300)}`);
    return text;
  }

  /** Outputs as tensors, which read as inputs do. */
  async function infer(name: string, run: Run): Promise<readonly NamedTensor[]> {
    const text = await post(`/v2/models/${name}/infer`, v2Body(run));
    return decodeInferRequest(Buffer.from(text.replace('"outputs":', '"inputs":')), limits).inputs;
  }

  function runsOf(name: string): { readonly entry: Entry; readonly runs: readonly Run[] } {
    const { corpus, entry } = findCase(version, name);
    return { entry, runs: corpus.runs(entry) };
  }

  for (const [name, labels, input] of cases) {
    test(`${name}: every output of every run, over V2`, async () => {
      for (const run of runsOf(name).runs) {
        const found = await infer(name, run);
        for (const [at, [method, [golden]]] of Object.entries(run.outputs).entries()) {
          const answer = found[at];
          assert.ok(golden !== undefined && answer?.name === method, `${run.name}: ${method}`);
          const wrong = difference(answer, golden, toleranceFor(run.name));
          assert.equal(wrong, undefined, `${run.name}, ${method}: ${wrong}`);
        }
      }
    });

    test(`${name}: V1 answers the same rows with the same`, async () => {
      for (const run of runsOf(name).runs.filter(one => one.name === 'float64' || one.name === 'missing')) {
        const first = Object.keys(run.outputs).includes('predict') ? 'predict' : 'transform';
        const answer = (await infer(name, run)).find(one => one.name === first);
        assert.ok(answer !== undefined);
        const text = await post(`/v1/models/${name}:predict`, v1Body(run));
        const flat = /^\{"predictions":(.*)\}$/s.exec(text)?.[1]?.replaceAll(/[[\]]/g, '') ?? '';
        const written = elements(answer).map(one =>
          answer.datatype === 'FP64' && /^-?\d+$/.test(one) ? `${one}.0` : one,
        );
        assert.equal(flat, written.join(','), run.name);
      }
    });

    test(`${name}: metadata say what it takes and gives`, async () => {
      const told = JSON.parse(await post(`/v2/models/${name}`)) as {
        inputs: { name: string; datatype: string; shape: number[] }[];
        outputs: { name: string; datatype: string; shape: number[] }[];
        parameters: { library_version: string; feature_names?: string[] };
      };
      const { entry, runs } = runsOf(name);
      assert.equal(told.parameters.library_version, version);
      assert.deepEqual(told.outputs.map(one => one.name).toSorted(), [...entry.outputs].toSorted());
      assert.deepEqual(
        told.outputs.filter(one => one.name === 'predict').map(one => one.datatype),
        entry.outputs.includes('predict') ? [labels ?? 'FP64'] : [],
      );
      const inputs = told.inputs.map(one => `${one.datatype} [${one.shape.join(', ')}]`);
      if (input !== 'columns') assert.deepEqual(inputs, [input]);
      else {
        const [run] = runs;
        const columns = told.inputs.map(one => one.name);
        const sent = new Set(run?.input.names);
        assert.ok(columns.length > 1 && columns.every(one => sent.has(one)), columns.join(', '));
        assert.deepEqual([...new Set(inputs)].toSorted(), ['BYTES [-1]', 'FP64 [-1]']);
      }
      if (entry.columns !== null) assert.deepEqual(told.parameters.feature_names, entry.columns);
    });
  }
});
