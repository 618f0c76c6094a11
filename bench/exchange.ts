import { connect } from 'node:net';

/**
 * Writes bytes to a new connection and reads the status of the first answer; undefined when the server ends the
 * connection without one. With `halfClose` the writing side is closed after the bytes: a request cut short ends there.
 * @throws when neither happens within `limit` milliseconds: a connection that hangs.
 */
export function exchange(
  port: number,
  { bytes, halfClose }: { readonly bytes: Uint8Array; readonly halfClose: boolean },
  limit: number,
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(port, '127.0.0.1');
    const finish = (): void => {
      const status = /^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1];
      socket.destroy();
      resolve(status === undefined ? undefined : Number(status));
    };
    socket.setTimeout(limit, () => {
      socket.destroy();
      reject(new Error(`no answer and no end within ${limit} ms`));
    });
    socket.on('connect', () => (halfClose ? socket.end(bytes) : socket.write(bytes)));
    socket.on('data', chunk => {
      text += chunk.toString('latin1');
    });
    socket.on('end', finish);
    // A reset after an answer was sent (the server does not read the rest of a body it refuses) is an end like others.
    socket.on('error', finish);
  });
}
