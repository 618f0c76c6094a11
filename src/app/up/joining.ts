import type { Io } from '../../cli/index.ts';
import type { Given } from '../../base/settings/index.ts';
import { appErrors } from '../errors.ts';
import type { UpSettings } from './cluster.ts';
import { deployFiles } from './deploying.ts';
import type { Folder, Running } from './folder.ts';
import { servedBy, servedTable } from './served.ts';
import { placesOf } from './whereabouts.ts';

/** A command line that finds its cluster running. */
export interface Joining {
  readonly settings: UpSettings;
  readonly given: Given;
  readonly folder: Folder;
  readonly io: Io;
}

/** Settings that are about this command, not about the cluster. */
const own = ['dataDir', 'files', 'try', 'logLevel', 'logFormat'];

/**
 * What `davit up` does where another process runs the cluster: tells where it is and what it has, and applies its files there.
 * @returns the exit status: 0 once all is ready
 * @throws `cluster-running` without files
 */
export async function joinRunning(
  running: Running,
  { settings, given, folder, io }: Joining,
): Promise<number> {
  if (settings.files.length === 0) throw appErrors.make['cluster-running'](runningText(running, folder));
  io.out(`The cluster of ${folder.path} runs already: the files are applied there.\n`);
  io.out(placesOf(running, folder));
  const unheeded = [...given].flatMap(([name, [one]]) =>
    own.includes(name) || one === undefined ? [] : [`--${one.flag}`],
  );
  if (unheeded.length > 0) {
    io.err(`davit: it was started with other words: ${unheeded.join(' ')} changes nothing of it\n`);
  }
  io.out(`${servedTable(await servedBy(folder, io.version))}\n`);
  const words = { ...running.showing, dataDir: settings.dataDir, files: settings.files, try: settings.try };
  return (await deployFiles({ ...words, stays: false }, folder.kubeconfig, io)) ? 0 : 1;
}

function runningText({ pid, since, server, gateway }: Running, { path }: Folder): string {
  const door = gateway === undefined ? '' : `, the gateway at ${gateway}`;
  return `Process ${pid} runs the cluster of ${path} since ${since}: the Kubernetes API is at ${server}${door}.`;
}
