import type { Executable } from '../../src/model/engines/index.ts';
import { engineFor } from '../../src/model/engines/index.ts';
import { openModel } from '../../src/model/formats/index.ts';
import type { Plan } from '../../src/model/plan/index.ts';
import type { NamedTensor } from '../../src/tensor/index.ts';
import { difference, furthest, toleranceFor } from './compare.ts';
import type { Corpus, Entry, Run } from './corpus.ts';
import { tensorsOf } from './tensors.ts';

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
  return Object.entries(run.outputs).flatMap(([method, goldens]) => {
    const names = namesOf(method, goldens.length);
    const answers = executable.run(tensorsOf(run.input), names) as readonly NamedTensor[];
    return goldens.flatMap((golden, index) => {
      const found = difference(answers[index] as NamedTensor, golden, toleranceFor(run.name));
      return found === undefined ? [] : [`${run.name}, ${String(names[index])}: ${found}`];
    });
  });
}

/** The largest relative error of the float outputs of a run. */
export function worstError(executable: Executable, run: Run): number {
  let worst = 0;
  for (const [method, goldens] of Object.entries(run.outputs)) {
    const answers = executable.run(
      tensorsOf(run.input),
      namesOf(method, goldens.length),
    ) as readonly NamedTensor[];
    for (const [index, golden] of goldens.entries()) {
      if (golden.dtype.startsWith('float'))
        worst = Math.max(worst, furthest(answers[index] as NamedTensor, golden).worst);
    }
  }
  return worst;
}
