export { withBatcher, type BatcherOptions } from './batcher/index.ts';
export { queueErrors } from './errors.ts';
export {
  Guard,
  KubernetesReviews,
  type Caller,
  type GuardOptions,
  type Permission,
  type ReviewPlace,
  type Reviews,
} from './guard/index.ts';
export { Limit } from './limit.ts';
export { Load, type LoadReport } from './load.ts';
export { adminPage, metricsPage, reportInterval, StatPage } from './pages.ts';
export { answerProbe, probeOf, type Ready } from './probes.ts';
export { Queue, type QueueOptions } from './queue.ts';
export { encodeStat, type Stat } from './stat.ts';
export {
  fileSink,
  Line,
  withLogger,
  type EventSink,
  type EventSource,
  type Logger,
  type LoggerOptions,
} from './logger/index.ts';
export {
  modelServer,
  modelsProbe,
  Puller,
  withModelsPage,
  type ModelServer,
  type PulledModel,
  type PullerOptions,
  type ToldModel,
} from './puller/index.ts';
export { passGathered, passTo } from './passing.ts';
export { readinessOf } from './readiness.ts';
