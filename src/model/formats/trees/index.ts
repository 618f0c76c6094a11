export { buildTrees, type BuiltTrees, type TreesToBuild } from './build.ts';
export { float64Below } from './neighbours.ts';
export { depthOf, levelOrder, type CategorySplit, type Fail, type SourceTree } from './source.ts';
