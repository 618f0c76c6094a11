import { kserveCluster } from './cluster.ts';
import { notCompared } from './deliberate.ts';
import { cases, type Mode } from './recorded.ts';
import { Replay, type Result } from './replay.ts';

export interface Comparison {
  readonly results: readonly Result[];
  readonly fields: number;
  readonly equal: number;
  /** What controllers complained of. */
  readonly complaints: readonly string[];
}

/** Manifests whose objects come to be at the same time: enough to disturb each other, few enough that none waits for all. */
const atOnce = 4;

/** Carries the manifests of a mode out, all of them or those whose names begin so, and compares what became of them. */
export async function compared(mode: Mode, names: readonly string[] = []): Promise<Comparison> {
  const cluster = await kserveCluster(mode);
  try {
    const chosen = cases.filter(
      ({ name, modes }) =>
        modes[mode] !== undefined &&
        notCompared[name] === undefined &&
        (names.length === 0 || names.some(one => name.startsWith(one))),
    );
    const replay = new Replay(cluster.transport, mode);
    const results: Result[] = [];
    const left = chosen.entries();
    const lane = async (): Promise<void> => {
      for (const [at, one] of left) results[at] = await replay.run(one);
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    const fields = results.reduce((sum, one) => sum + one.fields, 0);
    const differing = results.reduce((sum, one) => sum + one.differing.length, 0);
    return { results, fields, equal: fields - differing, complaints: cluster.complaints };
  } finally {
    await cluster.stop();
  }
}
