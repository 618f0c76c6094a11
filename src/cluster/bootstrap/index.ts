export { bootstrap, ownNamespaces } from './bootstrap.ts';
export { ensureOwnService, type OwnService } from './ownservice.ts';
export { installObjects } from './install.ts';
