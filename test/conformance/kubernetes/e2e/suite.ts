import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster, Programs } from './clusters.ts';
import { start } from './running.ts';

/** What became of a case. */
export interface Outcome {
  /** `[sig-api-machinery] Watchers should … [Conformance]` */
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  /** Seconds. */
  readonly seconds: number;
  /** What the suite says of a failure. */
  readonly message: string;
}

interface Report {
  readonly SpecReports?: readonly {
    readonly ContainerHierarchyTexts?: readonly string[] | null;
    readonly LeafNodeType: string;
    readonly LeafNodeText: string;
    readonly State: string;
    readonly RunTime: number;
    readonly Failure?: { readonly Message?: string };
  }[];
}

/** Cases of the suite by regular expressions over their names. */
export interface Selection {
  readonly focus: string;
  readonly skip: string;
}

/** Runs the cases of one part of a selection in a process, and gives what became of them. */
export async function runSuite(
  suite: string,
  cluster: Cluster,
  { focus, skip }: Selection,
  { kubectl }: Programs,
  out: string,
): Promise<Outcome[]> {
  const report = `${out}.json`;
  const running = start(
    suite,
    [
      '--provider=skeleton',
      `--kubeconfig=${cluster.kubeconfig}`,
      `--kubectl-path=${kubectl}`,
      '--allowed-not-ready-nodes=10',
      '--minStartupPods=0',
      '--ginkgo.no-color',
      '--ginkgo.timeout=3h',
      `--ginkgo.focus=${focus}`,
      `--ginkgo.skip=${skip}`,
      `--ginkgo.json-report=${report}`,
    ],
    `${out}.log`,
  );
  await new Promise(resolve => running.process.on('exit', resolve));
  return outcomesOf(JSON.parse(readFileSync(report, 'utf8')) as Report[]);
}

/** The outcomes in a report of Ginkgo; cases that were not chosen are none. Pure. */
export function outcomesOf(reports: readonly Report[]): Outcome[] {
  return reports
    .flatMap(({ SpecReports: specs = [] }) => specs)
    .filter(({ LeafNodeType: type, State: state, Failure: failure }) => {
      if (type !== 'It') return state !== 'passed' && state !== 'skipped';
      return state !== 'skipped' || failure !== undefined;
    })
    .map(spec => ({
      name: [...(spec.ContainerHierarchyTexts ?? []), spec.LeafNodeText].join(' ').trim(),
      state: spec.State === 'passed' || spec.State === 'skipped' ? spec.State : ('failed' as const),
      seconds: spec.RunTime / 1e9,
      message: spec.Failure?.Message ?? '',
    }));
}

/** Every name of the suite that a selection chooses, without running any. */
export async function namesOf(
  suite: string,
  selection: Selection,
  folder: string,
): Promise<readonly string[]> {
  const report = join(folder, 'names.json');
  const running = start(
    suite,
    [
      '--provider=skeleton',
      '--ginkgo.dry-run',
      `--ginkgo.focus=${selection.focus}`,
      `--ginkgo.skip=${selection.skip}`,
      `--ginkgo.json-report=${report}`,
    ],
    join(folder, 'names.log'),
  );
  await new Promise(resolve => running.process.on('exit', resolve));
  return outcomesOf(JSON.parse(readFileSync(report, 'utf8')) as Report[]).map(({ name }) => name);
}
