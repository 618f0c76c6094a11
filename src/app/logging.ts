import { createLog, type Level, type Log } from '../base/log/index.ts';

interface Settings {
  readonly logLevel: Level;
  readonly logFormat: 'auto' | 'pretty' | 'json';
}

/** The log of a process, on standard error: standard output is for answers. */
export function openLog({ logLevel, logFormat }: Settings, colour: boolean): Log {
  const pretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stderr.isTTY);
  return createLog({
    level: logLevel,
    format: pretty ? 'pretty' : 'json',
    colour,
    now: Date.now,
    write: line => void process.stderr.write(line),
  });
}
