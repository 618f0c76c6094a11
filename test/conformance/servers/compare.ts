/** Whether an answer of Davit's is that of a recorded server. */

export interface Exchange {
  readonly model: string;
  readonly situation: string;
  readonly path: string;
  readonly body: string | null;
  readonly status: number;
  readonly answer?: unknown;
  readonly environment: Readonly<Record<string, string>>;
}

export interface Found {
  readonly status: number;
  readonly code: string | null;
  readonly answer: unknown;
}

interface Output {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

interface Inferred {
  readonly model_name: string;
  readonly id?: string | null;
  readonly outputs: readonly Output[];
}

const tolerance = 1e-6;

function leavesOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value.flatMap(leavesOf) : [value];
}

function shapeOf(value: unknown): string {
  return Array.isArray(value) ? `[${value.map(shapeOf).join()}]` : typeof value;
}

/** How values differ: labels not at all, numbers by less than a millionth of the largest. */
function differing(found: unknown, wanted: unknown): string | undefined {
  if (shapeOf(found) !== shapeOf(wanted)) return `${JSON.stringify(found)}, theirs ${JSON.stringify(wanted)}`;
  const [ours, theirs] = [leavesOf(found), leavesOf(wanted)];
  const largest = Math.max(0, ...theirs.filter(one => typeof one === 'number').map(Math.abs));
  const at = theirs.findIndex((one, index) => {
    const other = ours[index];
    return typeof one === 'number' && typeof other === 'number'
      ? Math.abs(one - other) > tolerance * largest
      : one !== other;
  });
  return at < 0 ? undefined : `value ${at} is ${String(ours[at])}, theirs ${String(theirs[at])}`;
}

/** KServe calls its one output `output-0`, MLServer and Davit call it after the method. */
function nameOf({ name }: Output, environment: Exchange['environment']): string {
  if (name !== 'output-0') return name;
  return environment['PREDICT_PROBA'] === 'true' ? 'predict_proba' : 'predict';
}

/** MLServer gives each row of a vector a dimension of its own. */
function shaped(server: string, { shape }: Output): string {
  const [rows, width] = shape;
  return server === 'mlserver' && shape.length === 2 && width === 1 ? `[${rows}]` : JSON.stringify(shape);
}

function comparedOutputs(server: string, found: Inferred, one: Exchange): string | undefined {
  const wanted = one.answer as Inferred;
  if ((wanted.id ?? undefined) !== (found.id ?? undefined)) return `id ${String(found.id)}`;
  if (found.model_name !== wanted.model_name) return `model ${found.model_name}`;
  for (const [index, theirs] of wanted.outputs.entries()) {
    const ours = found.outputs[index];
    if (ours === undefined) return `no output ${theirs.name}`;
    const head = `${ours.name} ${ours.datatype} ${shaped(server, ours)}`;
    const theirHead = `${nameOf(theirs, one.environment)} ${theirs.datatype} ${shaped(server, theirs)}`;
    if (head !== theirHead) return `${head}, theirs ${theirHead}`;
    const problem = differing(ours.data, theirs.data);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** How Davit's answer is another than the server's; undefined when it is the same. */
export function compare(server: string, one: Exchange, found: Found): string | undefined {
  if (found.status !== one.status)
    return `${found.status} ${found.code ?? ''} ${JSON.stringify(found.answer)}, theirs ${one.status} ${JSON.stringify(one.answer)}`;
  if (one.status !== 200 || one.answer === undefined) return undefined;
  if (one.path.endsWith('/infer')) return comparedOutputs(server, found.answer as Inferred, one);
  return told(found.answer, one);
}

/** What is not known there: no version, no inputs, no platform. */
function saysNothing(value: unknown): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Answers that are no tensors: whatever the server says, Davit says too. */
function told(found: unknown, { answer }: Exchange): string | undefined {
  const said = found as Readonly<Record<string, unknown>>;
  for (const [key, theirs] of Object.entries(answer as object)) {
    if (key !== 'predictions' && saysNothing(theirs)) continue;
    const problem = differing(said[key], theirs);
    if (problem !== undefined) return `${key}: ${problem}`;
  }
  return undefined;
}
