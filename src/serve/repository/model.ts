import { CodedError } from '../../base/errors/index.ts';
import { engineFor, type Executable } from '../../model/engines/index.ts';
import type { Plan } from '../../model/plan/index.ts';
import type { NamedTensor, TensorSpec } from '../../tensor/index.ts';
import { repositoryErrors } from './errors.ts';

/** Triton's states of a model version; a model that was never loaded is UNAVAILABLE with a reason. */
export type ModelState = 'LOADING' | 'READY' | 'UNLOADING' | 'UNAVAILABLE';

/** What every thread knows of a model: plain data, except that the plan's buffer is shared. */
export interface ModelNotice {
  readonly name: string;
  readonly version: string;
  readonly state: ModelState;
  /** Why it is not READY. */
  readonly reason: string;
  /** Of the error for which it cannot be served; absent where the state has another reason. */
  readonly code?: string | undefined;
  /** True when somebody unloaded it on purpose: then it does not count against readiness. */
  readonly unloaded: boolean;
  /** True of one that nobody declared and a client had loaded from the folder of models: readiness of the server does not wait for it. */
  readonly optional?: boolean | undefined;
  /** True when nothing of it is kept any more. */
  readonly forgotten?: boolean | undefined;
  /** Raised at each load, so that threads can tell a new plan from the one they compiled. */
  readonly generation: number;
  /** Present while READY. */
  readonly plan?: Plan | undefined;
}

/** A model that answers, as a serving thread knows it. */
export interface ReadyModel {
  readonly name: string;
  readonly version: string;
  readonly generation: number;
  readonly plan: Plan;
  /** Undefined where other threads compute. */
  readonly executable: Executable | undefined;
  /** Names of all outputs, the default one first. */
  readonly outputs: ReadonlySet<string>;
  /** Asked for when a request names none. */
  readonly defaultOutputs: readonly string[];
}

/** A model on one thread, ready to compute. */
export interface ComputingModel extends ReadyModel {
  readonly executable: Executable;
}

/** How models behave on this server, whatever the model. */
export interface ModelOptions {
  /** Answer `predict_proba` by default where the model has it (KServe's PREDICT_PROBA). */
  readonly predictProba: boolean;
}

/** Compiles a plan for this thread. */
export async function makeReady(
  notice: ModelNotice & { readonly plan: Plan },
  options: ModelOptions,
): Promise<ComputingModel> {
  const engine = await engineFor(notice.plan);
  return { ...described(notice, options), executable: await engine.compile(notice.plan) };
}

/** What is known of a model without anything that computes it. Pure. */
export function described(
  { name, version, generation, plan }: ModelNotice & { readonly plan: Plan },
  options: ModelOptions,
): Omit<ReadyModel, 'executable'> {
  const outputs = new Set(plan.outputs.map(output => output.name));
  const first =
    options.predictProba && outputs.has('predict_proba') ? 'predict_proba' : plan.outputs[0]?.name;
  return {
    name,
    version,
    generation,
    plan,
    outputs,
    defaultOutputs: first === undefined ? [] : [first],
  };
}

/** What an engine says of values that the model was not trained for; other errors mean that a request cannot be computed. */
const refusalsOfValues: ReadonlySet<string> = new Set([
  'category-unknown',
  'features-not-finite',
  'features-range',
  'neighbours-none',
]);

/**
 * Ready means it answered: a row of zeros through the default output, with values or with what is wrong with zeros.
 * @throws probe-failed
 */
export async function probe(model: ComputingModel): Promise<void> {
  const inputs = model.plan.inputs.map(zeros);
  if (inputs.includes(undefined)) return;
  try {
    const answer = await model.executable.run(inputs as NamedTensor[], model.defaultOutputs);
    if (answer.length !== model.defaultOutputs.length) throw new Error(`it gave ${answer.length} outputs`);
  } catch (cause) {
    // An encoder that refuses 0 as a category it was not trained with does compute.
    if (cause instanceof CodedError && refusalsOfValues.has(cause.code)) return;
    const found = cause instanceof Error ? cause.message : String(cause);
    throw repositoryErrors.make['probe-failed'](
      `model '${model.name}' did not answer a row of zeros: ${found}`,
      {
        cause,
      },
    );
  }
}

/** One row of zeros; nothing for inputs whose values a trial cannot guess. */
function zeros({ name, datatype, shape }: TensorSpec): NamedTensor | undefined {
  if (datatype !== 'FP64' && datatype !== 'FP32') return undefined;
  const concrete = shape.map(dimension => (dimension < 0 ? 1 : dimension));
  const count = concrete.reduce((product, dimension) => product * dimension, 1);
  return {
    name,
    datatype,
    shape: concrete,
    data: datatype === 'FP64' ? new Float64Array(count) : new Float32Array(count),
  };
}
