import { existsSync } from 'node:fs';
import { readSettings } from '../../base/settings/index.ts';
import { type CommandHandler, copySettings } from '../../cli/index.ts';
import { openStore, restoreStore } from '../../cluster/store/index.ts';
import { appErrors } from '../errors.ts';
import { Folder } from './folder.ts';

/** `davit backup`: the state of a stopped cluster in one file. */
export const backup: CommandHandler = async (invocation, io) => {
  const { dataDir } = readSettings(copySettings, invocation.given, io.env);
  const { state } = new Folder(dataDir, Date.now);
  const [file] = invocation.positionals as [string];
  if (!existsSync(state))
    throw appErrors.make['cluster-missing'](`There is no ${state}: davit up writes it.`);
  const store = await openStore({ path: state, now: Date.now });
  try {
    await store.backup(file);
  } finally {
    await store.close();
  }
  io.out(`${file} has the state of ${state}.\n`);
  return 0;
};

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
