export { unknownPatchFields } from './json/operations.ts';
export { jsonPatch } from './json/patch.ts';
export { mergePatch } from './merge.ts';
export { strategicMergePatch } from './strategic/patch.ts';
export { apply, type Apply } from './managed/apply.ts';
export { updateManaged } from './managed/update.ts';
export { scaleManaged, type Scaling } from './managed/scale.ts';
export type { Write } from './managed/ownership.ts';
export type { Version, Versions } from './managed/versions.ts';
