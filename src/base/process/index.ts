export { shutdownOnSignals, type Shutdown } from './shutdown.ts';
