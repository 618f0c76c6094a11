import { known, leftOut, reasonOf } from './reasons.ts';
import type { Outcome } from './suite.ts';

/** What became of the cases on each cluster, by names; of the real one undefined where it was not asked. */
export interface Results {
  readonly names: readonly string[];
  readonly davit: ReadonlyMap<string, Outcome>;
  readonly real: ReadonlyMap<string, Outcome> | undefined;
  /** The day on which it was begun, and whether some cases had been run before. */
  readonly began: string;
  readonly goesOn: boolean;
}

const again =
  'A run may go on where another stopped: each case counts with its last outcome, and one that passed is not\nrun again.';

const words = { passed: 'passes', failed: 'fails', skipped: 'skips itself' } as const;

/** docs/reference/kubernetes-e2e.md. Pure. */
export function renderPage({ names, davit, real, began, goesOn }: Results): string {
  const asked = names.filter(name => davit.has(name) && reasonOf(name, leftOut) === undefined);
  const count = (of: ReadonlyMap<string, Outcome> | undefined): number =>
    asked.filter(name => of?.get(name)?.state === 'passed').length;
  const onReal = real === undefined ? [] : asked.filter(name => real.get(name)?.state === 'passed');
  const both = onReal.filter(name => davit.get(name)?.state === 'passed').length;
  const rows = asked.toSorted().map(name => rowOf(name, davit.get(name), real?.get(name)));
  const others = names.filter(name => !asked.includes(name)).toSorted();
  return `# Kubernetes' own end-to-end tests

<!-- Written by \`node test/conformance/kubernetes/e2e/run.ts --write\`, which runs them. -->

The conformance cases of \`[sig-api-machinery]\`, \`[sig-cli]\`, \`[sig-apps]\` and \`[sig-auth]\` in the suite of Kubernetes 1.37.2
(\`test/e2e\`), unmodified, against the API and the controllers of \`davit up --api-only\`; beside them the same cases against
kube-apiserver, kube-controller-manager and kube-scheduler 1.37.2. In both clusters kwok plays the nodes: pods are Running as soon as
they are scheduled, those of Jobs end well, and no container runs. Cases that need one fail on both.

Of ${asked.length} cases that were run, Davit passes ${count(davit)} and the real API server ${count(real)}; of the ${onReal.length} that the real
one passes, Davit passes ${both}. ${goesOn ? again : `All were run in one piece, on both clusters at the same time, on ${began}.`}${names.some(name => name.includes('[Slow]')) ? '' : ' Cases marked slow are in no row.'}

| Case | Davit | Real | Why |
|---|---|---|---|
${rows.join('\n')}
${others.length === 0 ? '' : notRun(others)}`;
}

/** One that was stopped neither passed nor failed. */
function verdict({ state, message }: Outcome): string {
  return message.startsWith('Interrupted by User') ? 'stopped' : words[state];
}

function rowOf(name: string, davit: Outcome | undefined, real: Outcome | undefined): string {
  const why = davit?.state === 'passed' ? '' : whyNot(name, davit, real);
  const cells = [
    shown(name),
    davit === undefined ? '–' : verdict(davit),
    real === undefined ? '–' : verdict(real),
    why,
  ];
  return `| ${cells.join(' | ')} |`;
}

function whyNot(name: string, davit: Outcome | undefined, real: Outcome | undefined): string {
  const said = reasonOf(name, known);
  if (said !== undefined) return said;
  if (davit?.state === 'skipped') return 'the suite skips it here';
  return real !== undefined && real.state !== 'passed' ? 'needs a container that runs' : '';
}

/** A name without what all of them have, as text of a table. */
function shown(name: string): string {
  const short = name.replaceAll(
    / ?\[(Conformance|Privileged:ClusterAdmin|LinuxOnly|StatefulSetBasic)\]/g,
    '',
  );
  return short.replaceAll(/([|<>_*])/g, '\\$1');
}

function notRun(names: readonly string[]): string {
  const rows = names.map(name => `| ${shown(name)} | ${reasonOf(name, leftOut) ?? ''} |`);
  return `
## Not run

| Case | Because |
|---|---|
${rows.join('\n')}
`;
}
