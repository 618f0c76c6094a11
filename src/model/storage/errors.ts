import { declareErrors } from '../../base/errors/index.ts';

export const storageErrors = declareErrors({
  'model-path-missing': {
    status: 404,
    fault: 'user',
    meaning: 'The path of a model does not exist or cannot be read.',
    fix: 'Check the path and its permissions; in a container, check that the volume is mounted.',
  },
  'model-file-special': {
    status: 400,
    fault: 'user',
    meaning: 'The path of a model is a pipe, a socket or a device.',
    fix: 'Give a file; write what comes out of the pipe into one first.',
  },
  'model-file-too-large': {
    status: 413,
    fault: 'user',
    meaning: 'A model file is larger than 2 GiB, which is as much as is read so far.',
    fix: 'Dump the model with compression, or with fewer or smaller trees.',
  },
  'model-file-none': {
    status: 400,
    fault: 'user',
    meaning: 'A model directory holds no model file at its top level.',
    fix: 'Put exactly one model file into the directory (.joblib, .pkl, .pickle, .bst, .ubj, .json, .txt or .model), or name the file itself.',
  },
  'model-file-several': {
    status: 400,
    fault: 'user',
    meaning: 'A model directory holds more than one model file at its top level.',
    fix: 'Leave exactly one, or name the file itself.',
  },
  'storage-scheme-unknown': {
    status: 400,
    fault: 'user',
    meaning: 'The URI of a model begins with a scheme that nobody fetches models by.',
    fix: 'Use one of the schemes that the message lists, or a path of this machine.',
  },
  'storage-scheme-missing': {
    status: 501,
    fault: 'user',
    meaning: 'The URI of a model begins with a scheme that KServe knows and this version does not fetch by.',
    fix: 'Copy the model to a place of one of the schemes that the message of another scheme lists, or to this machine.',
  },
  'storage-uri': {
    status: 400,
    fault: 'user',
    meaning: 'The URI of a model lacks a part that its scheme needs.',
    fix: 'Write it as the message shows.',
  },
  'storage-unreachable': {
    status: 502,
    fault: 'user',
    meaning: 'The server that a model is fetched from does not answer, or breaks off again and again.',
    fix: 'Check the address and the network; what has arrived is kept, and the next try goes on from there.',
  },
  'storage-redirected': {
    status: 502,
    fault: 'user',
    meaning: 'The server that a model is fetched from redirects in a circle, or away from HTTPS.',
    fix: 'Use the address that it redirects to, if you trust it.',
  },
  'storage-refused': {
    status: 502,
    fault: 'user',
    meaning: 'The server that a model is fetched from answered with an error.',
    fix: 'The message holds what it said: check the path, and the credentials of the service account or secret.',
  },
  'storage-credentials': {
    status: 400,
    fault: 'user',
    meaning: 'Credentials for fetching a model cannot be read, are not whole, or are not accepted.',
    fix: 'The message names the file or variable and what was found.',
  },
  'storage-none': {
    status: 404,
    fault: 'user',
    meaning: 'There is no file below the URI of a model.',
    fix: 'Check the path; a folder is meant with and without a slash at its end.',
  },
  'storage-corrupt': {
    status: 502,
    fault: 'user',
    meaning:
      'A file that was fetched is not what the server said it would be: another size, or another checksum.',
    fix: 'Try again; if it stays, the file on the server is damaged.',
  },
  'storage-too-large': {
    status: 413,
    fault: 'user',
    meaning: 'A model is larger than may be fetched, or an archive unpacks to more than that.',
    fix: 'Raise DAVIT_MODEL_LIMIT (10GiB) for the initializer or --model-limit of davit serve, if that is meant.',
  },
  'storage-source': {
    status: 403,
    fault: 'user',
    meaning:
      'The storage initializer of a pod was to unpack an archive of this machine that lies in no volume of the pod.',
    fix: 'Copy it into a claim (davit volume cp) and mount that; davit up --allow-host-processes allows any archive.',
  },
  'storage-disk-full': {
    status: 507,
    fault: 'user',
    meaning: 'There is no room left on the disk for a model.',
    fix: 'Make room, or move DAVIT_CACHE to another disk; nothing half-written is left.',
  },
  'storage-name-escapes': {
    status: 400,
    fault: 'user',
    meaning: 'A file of a server or of an archive has a name that leads out of its folder.',
    fix: 'Do not use this source: somebody made it so on purpose, or by mistake.',
  },
  'storage-archive': {
    status: 400,
    fault: 'user',
    meaning: 'An archive cannot be unpacked, or holds links or devices.',
    fix: 'Pack the model as plain files and folders, as .tar.gz or .zip.',
  },
});
