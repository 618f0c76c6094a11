import { Socket } from 'node:net';

/** Takes bytes as they arrive. The buffer is used again for the next read of any connection. */
export interface Intake {
  bytes(buffer: Buffer, length: number): void;
}

/** A socket whose bytes go to an intake until it is released; then to its own stream, as `node:http` expects them. */
export interface Adopted {
  readonly socket: Socket;
  feed(intake: Intake): void;
  release(): void;
}

interface Handle {
  useUserBuffer?: unknown;
}

/** One buffer for every connection of the thread: what arrives is consumed before the next read. */
const bufferBytes = 64 * 1024;
let buffer: Buffer | undefined;

/**
 * Node gives each read a buffer of its own and a pass through the stream machinery, about 8 of the 20 µs that a request costs
 * over a plain socket. The `onread` option avoids both, but a server cannot set it on the sockets it accepts, so the
 * connection's handle moves to a new socket that has it. Where the handle is not what this expects, and on Windows, where
 * reads into the buffer overlap, the accepted socket is read in the ordinary way.
 */
export function adopt(accepted: Socket, reads: 'shared' | 'ordinary'): Adopted {
  const handle = (accepted as { _handle?: Handle | null })._handle;
  const possible = process.platform !== 'win32' && typeof handle?.useUserBuffer === 'function';
  return possible && reads === 'shared' ? shared(accepted, handle) : ordinary(accepted);
}

function shared(accepted: Socket, handle: Handle): Adopted {
  buffer ??= Buffer.allocUnsafeSlow(bufferBytes);
  let intake: Intake | undefined;
  const onread = {
    buffer,
    callback(length: number, bytes: Uint8Array): boolean {
      if (intake === undefined) return socket.push(Buffer.from(bytes.subarray(0, length)));
      intake.bytes(bytes as Buffer, length);
      return true;
    },
  };
  (accepted as { _handle?: Handle | null })._handle = null;
  accepted.destroy();
  const socket = new Socket({ handle, onread, allowHalfOpen: true } as object);
  return {
    socket,
    feed: to => void (intake = to),
    release: () => void (intake = undefined),
  };
}

function ordinary(socket: Socket): Adopted {
  let listener: (chunk: Buffer) => void;
  return {
    socket,
    feed(intake) {
      listener = chunk => intake.bytes(chunk, chunk.length);
      socket.on('data', listener);
      socket.resume();
    },
    release: () => void socket.off('data', listener),
  };
}
