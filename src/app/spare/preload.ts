import { loadParts } from '../../cli/index.ts';
import { engines } from '../../model/engines/index.ts';
import { formats } from '../../model/formats/index.ts';

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
}
