import { createLog, type Log } from '../../base/log/index.ts';

/** The log of a process of the platform, on standard error. */
export function openLog(
  {
    logLevel,
    logFormat,
  }: {
    readonly logLevel: 'debug' | 'info' | 'warning' | 'error';
    readonly logFormat: 'auto' | 'pretty' | 'json';
  },
  colour: boolean,
): Log {
  const pretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stderr.isTTY);
  return createLog({
    level: logLevel,
    format: pretty ? 'pretty' : 'json',
    colour,
    now: Date.now,
    write: line => void process.stderr.write(line),
  });
}
