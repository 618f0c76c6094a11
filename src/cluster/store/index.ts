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
