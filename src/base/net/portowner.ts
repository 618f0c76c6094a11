import { basename } from 'node:path';
import { readdir, readFile, readlink } from 'node:fs/promises';

/** State of a listening socket in `/proc/net/tcp` (Linux, Documentation/networking/proc_net_tcp.rst). */
const listening = '0A';

/**
 * Names the program that listens on a port, `nginx (pid 123)`; `undefined` where the system does not tell: on other systems
 * than Linux, or for a program of another user.
 */
export async function portOwner(port: number): Promise<string | undefined> {
  const tables = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(read));
  const inodes = new Set(tables.flatMap(table => listeningInodes(table, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of await pids()) {
    if (await holds(pid, inodes)) return pid === String(process.pid) ? 'this process' : nameOf(pid);
  }
  return undefined;
}

/** The program's own name for itself; of an interpreter also the script, for `node` alone says little. */
async function nameOf(pid: string): Promise<string> {
  const [program = '', script = ''] = (await read(`/proc/${pid}/cmdline`))
    .split('\0')
    .map(word => basename(word));
  const words =
    script.startsWith('-') || !/^(node|python|ruby|java|sh|bash|deno|bun)/.test(program)
      ? [program]
      : [program, script];
  return `${words.join(' ').trim() || 'another program'} (pid ${pid})`;
}

export function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes: string[] = [];
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const [, local = '', , state] = columns;
    const inode = columns[9];
    if (state === listening && local.endsWith(suffix) && inode !== undefined) inodes.push(inode);
  }
  return inodes;
}

async function holds(pid: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const link = await readlink(`${folder}/${name}`).catch(() => '');
    if (link.startsWith('socket:[') && inodes.has(link.slice('socket:['.length, -1))) return true;
  }
  return false;
}

async function pids(): Promise<string[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter(name => /^\d+$/.test(name));
}

async function read(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}
