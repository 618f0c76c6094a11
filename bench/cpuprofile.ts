import { sep } from 'node:path';

/** The parts we read of what `node --cpu-prof` writes (the DevTools protocol's Profiler.Profile). */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      /** From 0. */
      readonly lineNumber: number;
    };
  }[];
  /** Microseconds on the system's monotonic clock, as `process.hrtime` counts. */
  readonly startTime: number;
  /** Ids of the nodes that were running. */
  readonly samples: readonly number[];
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly place: string;
  readonly micros: number;
}

function placeOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  if (url === '') return name;
  const file = url.startsWith('node:') ? url : url.split(sep).slice(-3).join(sep);
  return `${name} ${file}:${lineNumber + 1}`;
}

/** Microseconds on the clock that profiles are written in. */
export const profileClock = (): number => Number(process.hrtime.bigint() / 1000n);

/** Time spent from `from` to `to` in each function itself, not in what it calls; the dearest first. */
export function selfTimes(profile: CpuProfile, from = -Infinity, to = Infinity): readonly SelfTime[] {
  const places = new Map(profile.nodes.map(node => [node.id, placeOf(node.callFrame)]));
  const sums = new Map<string, number>();
  let now = profile.startTime;
  for (const [i, id] of profile.samples.entries()) {
    const micros = profile.timeDeltas[i] ?? 0;
    now += micros;
    if (now < from || now > to) continue;
    const place = places.get(id) ?? '(unknown)';
    sums.set(place, (sums.get(place) ?? 0) + micros);
  }
  return [...sums].map(([place, micros]) => ({ place, micros })).sort((a, b) => b.micros - a.micros);
}
