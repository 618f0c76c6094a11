import type { LoadReport } from './load.ts';

/** What an autoscaler reads of a pod: Knative’s message `metrics.Stat` (pkg/autoscaler/metrics/stat.proto). */
export interface Stat extends LoadReport {
  readonly podName: string;
  /** Seconds since the process started. */
  readonly uptime: number;
}

/** The message in the form of protocol buffers. Requests are told per second, and zeros are left out. */
export function encodeStat({ podName, uptime, ...report }: Stat): Buffer {
  const name = Buffer.from(podName);
  const perSecond = report.seconds === 0 ? 0 : 1 / report.seconds;
  return Buffer.concat([
    name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a]), varint(name.length), name]),
    double(2, report.concurrency),
    double(3, report.proxiedConcurrency),
    double(4, report.requests * perSecond),
    double(5, report.proxiedRequests * perSecond),
    double(6, uptime),
  ]);
}

function double(field: number, value: number): Buffer {
  if (value === 0) return Buffer.alloc(0);
  const bytes = Buffer.alloc(9);
  bytes[0] = (field << 3) | 1;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (; value > 0x7f; value = Math.floor(value / 128)) bytes.push((value & 0x7f) | 0x80);
  return Buffer.from([...bytes, value]);
}
