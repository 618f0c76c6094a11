import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadParts } from '../../cli/index.ts';
import { engineFor, engines } from '../../model/engines/index.ts';
import { formats, openModel } from '../../model/formats/index.ts';

/** A model that comes with the program, below its folder: reading it loads the code for the most usual kind, and makes it fast. */
const example = 'examples/iris/iris-model.joblib';

/** Loads what model servers need, so that the next one has it. */
export async function preload(): Promise<void> {
  await Promise.all([
    import('../serve/command.ts'),
    // Pods that Knative makes have a queue, whose work the model server does.
    import('../sidecars/inside.ts'),
    loadParts(),
    ...formats.map(({ load }) => load()),
    ...engines.map(({ load }) => load()),
  ]);
  // The program is src/app/main.ts or dist/app/main.js of its folder.
  const path = join(process.argv[1] ?? '', '..', '..', '..', example);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) return;
  const plan = await openModel(bytes, { fileName: example });
  await (await engineFor(plan)).compile(plan);
}
