export type {
  HostedPod,
  Output,
  Pods,
  RunningContainer,
  Segment,
  Start,
  TerminalSize,
} from './contract.ts';
