export { buildTrees, type BuiltTrees, type TreesToBuild } from './build.ts';
export { depthOf, levelOrder, type CategorySplit, type Fail, type SourceTree } from './source.ts';
