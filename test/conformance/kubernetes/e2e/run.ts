/**
 * Kubernetes' own end-to-end tests against Davit's API, with nodes that kwok plays:
 *
 *     node test/conformance/kubernetes/e2e/run.ts --suite e2e.test --kwok kwok --kubectl kubectl
 *         [--focus REGEX] [--skip REGEX] [--workers N] [--real FOLDER] [--keep FOLDER] [--write]
 *
 * `build.sh` beside it builds the suite. With --real the same cases are run on etcd, kube-apiserver, kube-controller-manager and
 * kube-scheduler of that folder. With --keep what is in that folder already and has passed is not run again. With --write docs/reference/kubernetes-e2e.md is written. Closing line: `N passed, N failed`, where
 * a case that the real API server does not pass either is no failure.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Cluster, startDavit, startReal } from './clusters.ts';
import { renderPage } from './page.ts';
import { leftOut, reasonOf } from './reasons.ts';
import { namesOf, type Outcome, runSuite } from './suite.ts';

const { values } = parseArgs({
  options: {
    suite: { type: 'string' },
    kwok: { type: 'string' },
    kubectl: { type: 'string' },
    focus: { type: 'string', default: String.raw`\[sig-(api-machinery|cli|apps|auth)\].*\[Conformance\]` },
    skip: { type: 'string', default: '^$' },
    workers: { type: 'string', default: '4' },
    real: { type: 'string' },
    keep: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
const { suite, kwok, kubectl, workers, keep } = values;
if (suite === undefined || kwok === undefined || kubectl === undefined) {
  throw new Error('--suite, --kwok and --kubectl name the programs');
}
const paths = { suite: resolve(suite), kwok: resolve(kwok), kubectl: resolve(kubectl) };
const folder = keep === undefined ? mkdtempSync(join(tmpdir(), 'davit-e2e-')) : resolve(keep);
mkdirSync(folder, { recursive: true });

const names = await namesOf(paths.suite, { focus: values.focus, skip: values.skip }, folder);
const chosen = names.filter(name => reasonOf(name, leftOut) === undefined);
process.stdout.write(`${names.length} cases, ${chosen.length} of them run\n`);
const { real: bin } = values;
const began = new Date().toISOString().slice(0, 10);
const goesOn = ['davit', 'real'].some(name => existsSync(outcomesOf(name)));
const [davit, real] = await Promise.all([
  outcomes('davit', into => startDavit(into, paths)),
  bin === undefined ? undefined : outcomes('real', into => startReal(resolve(bin), into, paths)),
]);

const failed = chosen.filter(name => davit.get(name)?.state !== 'passed');
for (const name of failed) {
  const { message = 'no outcome', state = '' } = davit.get(name) ?? {};
  const there = real === undefined ? '' : `, real: ${real.get(name)?.state ?? 'no outcome'}`;
  process.stdout.write(`${name}\n  ${state}${there}: ${message.slice(0, 500).replaceAll('\n', ' ')}\n`);
}
if (values.write) {
  const page = join(import.meta.dirname, '../../../../docs/reference/kubernetes-e2e.md');
  writeFileSync(page, renderPage({ names, davit, real, began, goesOn }));
}
if (keep === undefined) rmSync(folder, { recursive: true, force: true });
const ours = failed.filter(name => real === undefined || real.get(name)?.state === 'passed');
process.stdout.write(`${chosen.length - failed.length} passed, ${ours.length} failed\n`);
process.exitCode = ours.length === 0 ? 0 : 1;

function outcomesOf(name: string): string {
  return join(folder, name, 'outcomes.json');
}

/** Runs the chosen cases on a cluster: at the same time those that may be, then the others one by one. */
async function outcomes(
  name: string,
  starts: (into: string) => Promise<Cluster>,
): Promise<ReadonlyMap<string, Outcome>> {
  const into = join(folder, name);
  mkdirSync(into, { recursive: true });
  const file = outcomesOf(name);
  const earlier = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Outcome[]) : [];
  const passed = new Set(earlier.filter(({ state }) => state === 'passed').map(one => one.name));
  const asked = chosen.filter(one => !passed.has(one));
  const cluster = await starts(into);
  try {
    const alone = asked.filter(one => one.includes('[Serial]'));
    const together = asked.filter(one => !one.includes('[Serial]'));
    const count = Math.max(1, Number(workers));
    const parts = Array.from({ length: count }, (_, at) =>
      together.filter((__, index) => index % count === at),
    );
    const first = await Promise.all(parts.map((part, at) => some(cluster, part, join(into, `part-${at}`))));
    const last = await some(cluster, alone, join(into, 'serial'));
    const dead = cluster.ended();
    if (dead !== undefined) throw new Error(`${dead} has ended while the cases ran`);
    const all = new Map([...earlier, ...first.flat(), ...last].map(one => [one.name, one]));
    writeFileSync(file, JSON.stringify([...all.values()], null, 1));
    return all;
  } finally {
    await cluster.stop();
  }
}

async function some(cluster: Cluster, part: readonly string[], out: string): Promise<Outcome[]> {
  if (part.length === 0) return [];
  const focus = part.map(name => name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)).join('|');
  return runSuite(paths.suite, cluster, { focus, skip: '^$' }, paths, out);
}
