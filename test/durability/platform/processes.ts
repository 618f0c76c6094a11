import { readdirSync, readFileSync } from 'node:fs';

/** A process of the platform under test. */
export interface Found {
  readonly pid: number;
  readonly parent: number;
  /** What it does: `up`, `host`, `gateway`, `spare`, `seats`, `serve`, `storage-initializer`, `shim`, `other`. */
  readonly role: string;
  readonly command: string;
}

const roles = [
  'up',
  'host',
  'gateway',
  'spare',
  'seats',
  'serve',
  'storage-initializer',
  'queue-proxy',
  'agent',
];

/** The processes whose environment holds a line, which they have from `davit up`: also those that nobody knows of any more. */
export function processesWith(mark: string): Found[] {
  return readdirSync('/proc').flatMap(name => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
      if (!environment.includes(mark)) return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      const after = readFileSync(`/proc/${name}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      // One that has ended and is not yet collected holds nothing any more.
      if (after[0] === 'Z') return [];
      return [{ pid: Number(name), parent: Number(after[1]), role: roleOf(command), command }];
    } catch {
      return [];
    }
  });
}

function roleOf(command: string): string {
  if (command.startsWith('/bin/sh')) return 'shim';
  const word = /(?:main\.(?:ts|js)|^(?:\S+ )?davit) (\S+)/.exec(command)?.[1] ?? '';
  return roles.includes(word) ? word : 'other';
}

/** Addresses of a block of IPv4 that are listened on, as `127.1.2.3:80`; `block` is `127.1.2.0/24`. */
export function listenersIn(block: string): string[] {
  const prefix = block.replace(/\d+\/24$/, '');
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1);
  return lines.flatMap(line => {
    const [, local = '', , state] = line.trim().split(/\s+/);
    if (state !== '0A') return [];
    const [address = '', port = ''] = local.split(':');
    const bytes = Buffer.from(address, 'hex').reverse();
    const text = `${bytes.join('.')}:${parseInt(port, 16)}`;
    return text.startsWith(prefix) ? [text] : [];
  });
}
