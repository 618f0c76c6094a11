import type { ModelSpec, TrainedModel } from './shapes.ts';

/** An entry of what the agent beside a server reads (`models.json`). */
interface Entry {
  readonly modelName: string;
  readonly modelSpec: ModelSpec;
}

export const listFile = 'models.json';

/** Names in a list as it was written; none where it cannot be read. */
export function namesIn(text: string | undefined): ReadonlySet<string> {
  try {
    const entries = JSON.parse(text ?? '[]') as readonly Partial<Entry>[];
    return new Set(entries.flatMap(one => one.modelName ?? []));
  } catch {
    return new Set();
  }
}

/** The list of models that a server is to serve, by name. */
export function listOf(models: readonly TrainedModel[]): string {
  const entries = models.map(({ metadata, spec }): Entry => {
    const { storageUri, framework, memory } = spec.model;
    return { modelName: metadata.name ?? '', modelSpec: { storageUri, framework, memory } };
  });
  return JSON.stringify(entries.toSorted((a, b) => (a.modelName < b.modelName ? -1 : 1)));
}
