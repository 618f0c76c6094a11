import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';

/** The first line that a command prints, on either stream; `absent` when it cannot run. */
function firstLine(command: string, ...words: readonly string[]): string {
  try {
    const out = execFileSync('sh', ['-c', '"$0" "$@" 2>&1 || true', command, ...words], { encoding: 'utf8' });
    return out.split('\n', 1)[0]!.trim();
  } catch {
    return 'absent';
  }
}

/** What the figures were taken on, in one line. */
export function machine(): string {
  const all = cpus();
  const parts = [
    `${all.length} × ${all[0]?.model.trim() ?? 'unknown CPU'}`,
    `${Math.round(totalmem() / 2 ** 30)} GiB`,
    `Linux ${release()}`,
    `Node.js ${process.version}`,
    firstLine('nginx', '-v').replace('nginx version: ', ''),
    firstLine('wrk', '-v')
      .replace(/\s*\[.*/, '')
      .replace(/ Copyright.*/, ''),
  ];
  return parts.join(' · ');
}
