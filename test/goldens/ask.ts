import type { Executable } from '../../src/model/engines/index.ts';
import { engineFor } from '../../src/model/engines/index.ts';
import { openModel } from '../../src/model/formats/index.ts';
import type { Plan } from '../../src/model/plan/index.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { difference, furthest, toleranceFor } from './compare.ts';
import type { Corpus, Entry, Run } from './corpus.ts';
import { tensorsOf, type GoldenTensor } from './tensors.ts';

export async function planOf(corpus: Corpus, entry: Entry): Promise<Plan> {
  return openModel(corpus.model(entry), { fileName: entry.model });
}

export async function compiled(plan: Plan): Promise<Executable> {
  return (await engineFor(plan)).compile(plan);
}

/** Names of the tensors of a method: `predict_proba`, or `predict_proba_0`, … when the library gives a list. */
function namesOf(method: string, count: number): readonly string[] {
  return count === 1 ? [method] : Array.from({ length: count }, (_, index) => `${method}_${index}`);
}

/** Every way in which a model's answers to a run are not the library's. */
export function differences(executable: Executable, run: Run): readonly string[] {
  return asked(executable, run).flatMap(({ answer, golden }) => {
    const found = difference(answer, golden, toleranceFor(run.name));
    return found === undefined ? [] : [`${run.name}, ${answer.name}: ${found}`];
  });
}

/** All outputs of a run, which the model is asked for at once, beside the library's. */
function asked(
  executable: Executable,
  run: Run,
): readonly { readonly answer: NamedTensor; readonly golden: GoldenTensor }[] {
  const outputs = Object.entries(run.outputs);
  const names = outputs.flatMap(([method, goldens]) => namesOf(method, goldens.length));
  const answers = executable.run(tensorsOf(run.input), names) as readonly NamedTensor[];
  return outputs
    .flatMap(([, goldens]) => goldens)
    .map((golden, at) => ({ answer: answers[at] as NamedTensor, golden }));
}

/** The largest relative error of the float outputs of a run. */
export function worstError(executable: Executable, run: Run): number {
  return asked(executable, run)
    .filter(({ golden }) => golden.dtype.startsWith('float'))
    .reduce((worst, { answer, golden }) => Math.max(worst, furthest(answer, golden).worst), 0);
}
