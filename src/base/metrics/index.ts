export { createMetrics, type Counter, type Histogram, type Metrics } from './registry.ts';
export { mergeSnapshots, renderPrometheus, type FamilySnapshot, type Snapshot } from './exposition.ts';
