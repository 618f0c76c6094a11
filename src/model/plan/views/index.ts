export { treeViews, type TreeNode, type TreeView } from './treeview.ts';
