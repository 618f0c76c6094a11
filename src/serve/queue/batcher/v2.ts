import { type Batchable, type Batching, isObject } from './contract.ts';
import { elementsOf, membersOf, skip, slice, type Span } from './spans.ts';

interface Input {
  /** The members that have to agree, as sent: name, datatype, parameters, the shape but for its first axis. */
  readonly same: string;
  readonly shape: readonly number[];
  readonly datatype: string;
  readonly name: string;
  readonly parameters: string | undefined;
  /** What stands between the brackets of the data. */
  readonly data: string;
}

interface Request extends Batchable {
  readonly id: string | undefined;
  readonly inputs: readonly Input[];
  /** Members beside id and inputs, as sent, each ended by a comma. */
  readonly rest: string;
}

/** V2’s `infer` with tensors as JSON: inputs that agree in all but their first axis are put one behind the other. */
export const v2Batching: Batching<Request> = {
  matches: path => /^\/v2\/models\/[^/]+(?:\/versions\/[^/]+)?\/infer$/.test(path),

  read(text, value) {
    if (!isObject(value) || !Array.isArray(value['inputs']) || value['inputs'].length === 0) return undefined;
    const members = membersOf(text, skip(text, 0));
    const spans = elementsOf(text, members.get('inputs')?.start ?? 0);
    const values = value['inputs'] as unknown[];
    const inputs = spans.map((span, at) => readInput(text, span, values[at]));
    const whole = inputs.filter(input => input !== undefined);
    const rows = whole[0]?.shape[0] ?? 0;
    if (whole.length !== inputs.length || rows < 1 || whole.some(({ shape }) => shape[0] !== rows))
      return undefined;
    const id = typeof value['id'] === 'string' ? JSON.stringify(value['id']) : undefined;
    members.delete('inputs');
    members.delete('id');
    const rest = [...members].map(([name, span]) => `${JSON.stringify(name)}:${slice(text, span)},`).join('');
    return { key: [rest, ...whole.map(({ same }) => same)].join('\n'), rows, id, inputs: whole, rest };
  },

  merge(requests) {
    const [first] = requests;
    if (first === undefined) return '';
    const rows = requests.reduce((sum, request) => sum + request.rows, 0);
    const inputs = first.inputs.map((input, at) => {
      const data = requests.map(({ inputs }) => inputs[at]?.data).join(',');
      return writeTensor(input, rows, data);
    });
    return `{${first.rest}"inputs":[${inputs.join(',')}]}`;
  },

  share(text, value, requests) {
    if (!isObject(value) || !Array.isArray(value['outputs'])) return undefined;
    const members = membersOf(text, skip(text, 0));
    const spans = elementsOf(text, members.get('outputs')?.start ?? 0);
    const values = value['outputs'] as unknown[];
    const rows = requests.reduce((sum, request) => sum + request.rows, 0);
    const outputs = spans.map((span, at) => readOutput(text, span, values[at], rows));
    if (outputs.some(output => output === undefined)) return undefined;
    members.delete('outputs');
    members.delete('id');
    const rest = [...members].map(([name, span]) => `${JSON.stringify(name)}:${slice(text, span)},`).join('');
    let at = 0;
    return requests.map(request => {
      const from = at;
      at += request.rows;
      const own = outputs.map(output => output?.(from, at) ?? '');
      const id = request.id === undefined ? '' : `"id":${request.id},`;
      return `{${rest}${id}"outputs":[${own.join(',')}]}`;
    });
  },
};

/** A tensor as JSON, undefined for one of another form. */
function readInput(text: string, span: Span, value: unknown): Input | undefined {
  if (!isObject(value) || !Array.isArray(value['data'])) return undefined;
  const { name, datatype, shape } = value;
  if (typeof name !== 'string' || typeof datatype !== 'string' || !isShape(shape)) return undefined;
  const members = membersOf(text, span.start);
  const data = members.get('data') as Span;
  const parameters = members.get('parameters');
  const written = parameters === undefined ? undefined : slice(text, parameters);
  // Nested and flat data cannot stand in one list.
  const nested = Array.isArray(value['data'][0]);
  return {
    same: JSON.stringify([name, datatype, shape.slice(1), written, nested]),
    shape,
    datatype,
    name,
    parameters: written,
    data: text.slice(data.start + 1, data.end - 1),
  };
}

function isShape(shape: unknown): shape is number[] {
  return (
    Array.isArray(shape) && shape.length > 0 && shape.every(axis => Number.isSafeInteger(axis) && axis >= 0)
  );
}

function writeTensor(tensor: Omit<Input, 'same' | 'data'>, rows: number, data: string): string {
  const { name, datatype, shape, parameters } = tensor;
  const axes = [rows, ...shape.slice(1)].join(',');
  const more = parameters === undefined ? '' : `"parameters":${parameters},`;
  return `{"name":${JSON.stringify(name)},"datatype":${JSON.stringify(datatype)},"shape":[${axes}],${more}"data":[${data}]}`;
}

/** An output of so many rows; what is returned writes those from one up to another. */
function readOutput(
  text: string,
  span: Span,
  value: unknown,
  rows: number,
): ((from: number, to: number) => string) | undefined {
  const output = readInput(text, span, value);
  if (output === undefined || output.shape[0] !== rows) return undefined;
  const elements = elementsOf(`[${output.data}]`, 0).map(one => slice(`[${output.data}]`, one));
  if (elements.length % rows !== 0) return undefined;
  const each = elements.length / rows;
  return (from, to) => writeTensor(output, to - from, elements.slice(from * each, to * each).join(','));
}
