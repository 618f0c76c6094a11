export type {
  Change,
  Decision,
  ListOptions,
  ListResult,
  Place,
  Store,
  Stored,
  Watcher,
  WriteResult,
} from './contract.ts';
export { storeErrors } from './errors.ts';
export { restoreStore } from './restore.ts';
export { openStore, type CompactingStore, type StoreOptions } from './store.ts';
