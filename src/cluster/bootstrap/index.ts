export { bootstrap, ownNamespaces } from './bootstrap.ts';
