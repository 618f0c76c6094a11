export { jsonPatch } from './json/patch.ts';
export { mergePatch } from './merge.ts';
export { strategicMergePatch } from './strategic/patch.ts';
