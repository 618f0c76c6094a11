import { readdir, readFile, readlink } from 'node:fs/promises';
import { isIPv4 } from 'node:net';

/**
 * Names the program that listens on an address, `nginx (pid 123)`; `undefined` where the system does not tell: on other
 * systems than Linux, or for a program of another user.
 */
export async function portOwner(address: string, port: number): Promise<string | undefined> {
  const [tcp = '', tcp6 = ''] = await Promise.all(['/proc/net/tcp', '/proc/net/tcp6'].map(read));
  const inodes = new Set([...listeners(tcp, address, port), ...listeners(tcp6, address, port)]);
  if (inodes.size === 0) return undefined;
  for (const pid of await pids()) {
    if (await holds(pid, inodes)) return pid === String(process.pid) ? 'this process' : nameOf(pid);
  }
  return undefined;
}

const anyAddress = /^0+$/;
/** The state of a socket that listens. */
const listening = '0A';

/**
 * Inodes of the sockets that keep others from listening on an address, out of a table as `/proc/net/tcp` holds it
 * (Documentation/networking/proc_net_tcp.rst): those on the address itself, and those on every address.
 */
export function listeners(table: string, address: string, port: number): string[] {
  const digits = port.toString(16).toUpperCase().padStart(4, '0');
  const host = isIPv4(address) ? hexOf(address) : undefined;
  const inodes: string[] = [];
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/);
    const [localHost = '', localPort] = (columns[1] ?? '').split(':');
    const inode = columns[9];
    if (localPort !== digits || columns[3] !== listening || inode === undefined) continue;
    // Other hosts than IPv4 addresses are rare; any listener on the port is named for them.
    const clashes =
      host === undefined || anyAddress.test(host) || anyAddress.test(localHost) || localHost === host;
    if (clashes) inodes.push(inode);
  }
  return inodes;
}

/** An IPv4 address as the table writes it: the four bytes as one number of a little-endian machine. */
function hexOf(address: string): string {
  const bytes = address.split('.').map(Number).toReversed();
  return Buffer.from(bytes).toString('hex').toUpperCase();
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

const interpreters = /^(node|deno|bun|python|ruby|java|php|perl|sh|bash)/;

/** The program's own name for itself; of an interpreter also the script, for `node` alone says little. */
async function nameOf(pid: string): Promise<string> {
  const words = (await read(`/proc/${pid}/cmdline`)).split('\0');
  const [program = '', script = ''] = words.map(word => word.slice(word.lastIndexOf('/') + 1));
  const name = interpreters.test(program) && !script.startsWith('-') ? `${program} ${script}` : program;
  return `${name.trim() || 'another program'} (pid ${pid})`;
}

async function pids(): Promise<string[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter(name => /^\d+$/.test(name));
}

async function read(path: string): Promise<string> {
  return readFile(path, 'latin1').catch(() => '');
}
