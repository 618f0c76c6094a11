import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readSettings } from '../../base/settings/index.ts';
import { type CommandHandler, copySettings, type Io, readKubeconfig } from '../../cli/index.ts';
import { HttpTransport } from '../../cluster/client/index.ts';
import { openStore, restoreStore } from '../../cluster/store/index.ts';
import { appErrors } from '../errors.ts';
import { Folder } from './folder.ts';
import { askBackup } from './hotcopies.ts';

/** `davit backup`: the state of a cluster in one file, whether it runs or not. */
export const backup: CommandHandler = async (invocation, io) => {
  const { dataDir } = readSettings(copySettings, invocation.given, io.env);
  const folder = new Folder(dataDir, Date.now);
  const { state } = folder;
  const [file] = invocation.positionals as [string];
  if (!existsSync(state))
    throw appErrors.make['cluster-missing'](`There is no ${state}: davit up writes it.`);
  await (folder.running() === undefined ? copyStopped(state, file) : copyRunning(folder, file, io));
  io.out(`${file} has the state of ${state}.\n`);
  return 0;
};

async function copyRunning({ kubeconfig }: Folder, file: string, io: Io): Promise<void> {
  const context = await readKubeconfig(kubeconfig);
  const transport = new HttpTransport({ ...context, userAgent: `davit/${io.version}` });
  try {
    await askBackup(transport, resolve(file));
  } finally {
    transport.close();
  }
}

async function copyStopped(state: string, file: string): Promise<void> {
  const store = await openStore({ path: state, now: Date.now });
  try {
    await store.backup(file);
  } finally {
    await store.close();
  }
}

/** `davit restore`: a backup becomes the state of a stopped cluster. */
export const restore: CommandHandler = async (invocation, io) => {
  const { dataDir } = readSettings(copySettings, invocation.given, io.env);
  const folder = new Folder(dataDir, Date.now);
  const [file] = invocation.positionals as [string];
  if (!existsSync(file))
    throw appErrors.make['cluster-missing'](`There is no ${file}: davit backup writes one.`);
  const replaces = existsSync(folder.state);
  folder.make();
  restoreStore(file, folder.state);
  const kept = replaces ? ` What was there is ${folder.state}.replaced.` : '';
  io.out(`${folder.state} has the state of ${file}.${kept}\n`);
  return 0;
};
