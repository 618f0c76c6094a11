import { declareErrors } from '../../base/errors/index.ts';

/** What goes wrong with the file that holds the cluster's state. */
export const storeErrors = declareErrors({
  'store-locked': {
    status: 409,
    fault: 'user',
    meaning: 'Another program has the folder with the state of the cluster.',
    fix: 'Stop the other one (`davit down`), or give this one a folder of its own with --data-dir.',
  },
  'store-newer': {
    status: 409,
    fault: 'user',
    meaning: 'The state was written by a newer release. It is left untouched.',
    fix: 'Use that release or a later one, or another folder.',
  },
  'store-damaged': {
    status: 500,
    fault: 'user',
    meaning: 'The file with the state of the cluster cannot be read.',
    fix: 'Restore a backup, or move the file away to start anew.',
  },
  'store-backup-exists': {
    status: 409,
    fault: 'user',
    meaning: 'There is a file of the name that the backup was to have.',
    fix: 'Choose another name, or move the file away.',
  },
  'store-unavailable': {
    status: 503,
    fault: 'server',
    meaning: 'The disk does not take writes at the moment; what is there can be read.',
    fix: 'Make room on the disk that holds the data folder, or grant the right to write there.',
  },
  'store-compacted': {
    status: 410,
    fault: 'user',
    meaning: 'History does not reach back to the revision that was asked for.',
    fix: 'List again, and watch from there.',
  },
  'store-closed': {
    status: 503,
    fault: 'server',
    meaning: 'The store is closing and takes no more writes.',
    fix: 'Try again when the cluster is up.',
  },
});
