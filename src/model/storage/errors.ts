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
});
