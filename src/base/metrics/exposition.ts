/** Values of one family: numbers, or counts per bucket (the last one unbounded) with their sum. */
export interface FamilySnapshot {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  readonly bounds: readonly number[];
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number | { readonly counts: readonly number[]; readonly sum: number };
  }[];
}

export type Snapshot = readonly FamilySnapshot[];

type Series = FamilySnapshot['series'][number];

/** One view of several threads: series with equal name and labels are added up. */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Snapshot {
  const families = new Map<string, { family: FamilySnapshot; series: Map<string, Series> }>();
  for (const family of snapshots.flat()) {
    const entry = families.get(family.name) ?? { family, series: new Map<string, Series>() };
    families.set(family.name, entry);
    for (const one of family.series) {
      const key = JSON.stringify(one.labels);
      const before = entry.series.get(key);
      entry.series.set(
        key,
        before === undefined ? one : { labels: one.labels, value: addValues(before.value, one.value) },
      );
    }
  }
  return [...families.values()].map(({ family, series }) => ({ ...family, series: [...series.values()] }));
}

function addValues(a: Series['value'], b: Series['value']): Series['value'] {
  if (typeof a === 'number' || typeof b === 'number') return Number(a) + Number(b);
  return { counts: a.counts.map((count, at) => count + (b.counts[at] ?? 0)), sum: a.sum + b.sum };
}

/** The Prometheus text exposition format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats). */
export function renderPrometheus(snapshot: Snapshot): string {
  let text = '';
  for (const family of snapshot) {
    text += `# HELP ${family.name} ${family.help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`;
    text += `# TYPE ${family.name} ${family.type}\n`;
    for (const { labels, value } of family.series) text += renderSeries(family, labels, value);
  }
  return text;
}

function renderSeries(family: FamilySnapshot, labels: Series['labels'], value: Series['value']): string {
  if (typeof value === 'number') return `${family.name}${renderLabels(labels)} ${renderNumber(value)}\n`;
  let text = '';
  let running = 0;
  for (const [at, count] of value.counts.entries()) {
    running += count;
    const le = at < family.bounds.length ? renderNumber(family.bounds[at] as number) : '+Inf';
    text += `${family.name}_bucket${renderLabels({ ...labels, le })} ${running}\n`;
  }
  return `${text}${family.name}_sum${renderLabels(labels)} ${renderNumber(value.sum)}\n${family.name}_count${renderLabels(labels)} ${running}\n`;
}

function renderLabels(labels: Series['labels']): string {
  const pairs = Object.entries(labels).map(
    ([name, value]) =>
      `${name}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function renderNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}
