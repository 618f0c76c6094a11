import { rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { type FromShared, Lines, type ToShared } from '../../host/runners/index.ts';

export interface Control {
  tell(message: FromShared): void;
}

/**
 * Listens for the host, which may go and come again; each is told `here` first.
 * @param path of a socket in a folder of this user alone
 * @throws the system's error
 */
export function openControl(
  path: string,
  here: () => FromShared,
  take: (message: ToShared) => void,
): Promise<Control> {
  const hosts = new Set<Socket>();
  const write = (socket: Socket, message: FromShared): void =>
    void socket.write(`${JSON.stringify(message)}\n`);
  const server = createServer(socket => {
    const lines = new Lines();
    hosts.add(socket);
    socket.setEncoding('utf8');
    socket.on('error', () => {});
    socket.on('close', () => hosts.delete(socket));
    socket.on('data', (text: string) => {
      for (const line of lines.add(text)) take(JSON.parse(line) as ToShared);
    });
    write(socket, here());
  });
  rmSync(path, { force: true });
  const { promise, resolve, reject } = Promise.withResolvers<Control>();
  server.once('error', reject);
  server.listen(path, () => {
    resolve({ tell: message => hosts.forEach(socket => write(socket, message)) });
  });
  return promise;
}
