export { withBatcher, type BatcherOptions } from './batcher.ts';
