export type { HostedPod, Output, Pods, RunningContainer, Segment, Start, TerminalSize } from './contract.ts';
export { startStreams, type Streams, type StreamsOptions } from './server.ts';
