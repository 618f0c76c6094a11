import { createLog, type Log } from '../../base/log/index.ts';
import type { ServeSettings } from './settings.ts';

/** The log of `davit serve`, on standard error: standard output is for answers. */
export function openLog({ logLevel, logFormat }: ServeSettings, colour: boolean): Log {
  const pretty = logFormat === 'pretty' || (logFormat === 'auto' && process.stderr.isTTY);
  return createLog({
    level: logLevel,
    format: pretty ? 'pretty' : 'json',
    colour,
    now: Date.now,
    write: line => void process.stderr.write(line),
  });
}
