export { storageErrors } from './errors.ts';
export { findModelFile, readModelFile, type ModelFile, type Recognise } from './local.ts';
export { modelNameOf } from './suffixes.ts';
export { withoutSecrets } from './remote/names.ts';
export {
  evict,
  fetchModel,
  schemes,
  usualLimits,
  type Fetch,
  type FetchLimits,
  type Fetching,
} from './schemes.ts';
