import { execFileSync } from 'node:child_process';
import { davitBuild } from './davit.ts';
import { machine } from './machine.ts';
import { type Options, parseOptions, type SuiteName, usage } from './options.ts';
import { Session } from './session.ts';

const suites: Readonly<Record<SuiteName, (session: Session) => Promise<void>>> = {
  iris: async session => (await import('./suites/iris.ts')).iris(session, 'all'),
  tail: async session => (await import('./suites/iris.ts')).iris(session, 'tail'),
  start: async session => (await import('./suites/start.ts')).start(session),
  forest: async session => (await import('./suites/forest.ts')).forest(session),
  tabular: async session => (await import('./suites/tabular.ts')).tabular(session),
  'tabular-http': async session => (await import('./suites/tabularhttp.ts')).tabularHttp(session),
  latency: async session => (await import('./suites/latency.ts')).latency(session),
  soak: async session => (await import('./suites/soak.ts')).soak(session),
};

/** Keeps the harness off the servers' core. Servers choose their own when they start. */
function pinSelf(core: number): void {
  execFileSync('taskset', ['-acp', String(core), String(process.pid)], { stdio: 'ignore' });
}

function builds({ davit, only }: Options): ReturnType<typeof davitBuild>[] {
  const wanted =
    only.length === 0 || only.some(name => name.startsWith('davit') || davit.join().includes(name));
  return wanted ? davit.map(davitBuild) : [];
}

async function main(options: Options): Promise<number> {
  const session = new Session(options, builds(options));
  pinSelf(options.core);
  session.print(
    `${machine()}\n${session.builds.map(({ name, command }) => `${name}: ${command}`).join('\n')}`,
  );
  session.record('machine', { machine: machine(), builds: session.builds });
  if (options.profile !== undefined) await (await import('./profile.ts')).profile(session, options.profile);
  for (const name of options.suites) await suites[name](session);
  if (session.unfit.length > 0) session.tell(`left out: ${session.unfit.join(', ')}`);
  return session.unfit.length > 0 ? 1 : 0;
}

const args = process.argv.slice(2);
// Not once: a second signal would end us while the first one's servers are being ended.
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
if (args.length === 0 || args.includes('--help')) {
  process.stdout.write(`${usage}\n`);
} else {
  process.exitCode = await main(parseOptions(args));
}
