export { storageErrors } from './errors.ts';
export { evict } from './evicting.ts';
export { findModelFile, readModelFile, type ModelFile, type Recognise } from './local.ts';
export { modelNameOf } from './suffixes.ts';
export { withoutSecrets } from './remote/names.ts';
export { fetchModel, schemes, usualLimits, type Fetch, type FetchLimits, type Fetching } from './schemes.ts';
