export { storageErrors } from './errors.ts';
export { findModelFile, readModelFile, type ModelFile } from './local.ts';
export { modelNameOf } from './suffixes.ts';
