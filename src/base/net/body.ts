import type { Readable } from 'node:stream';
import type { CodedError } from '../errors/index.ts';
import type { Arriving } from './arriving.ts';
import { netErrors, tooLarge } from './errors.ts';
import { inflate } from './inflate.ts';

/** How a request describes its body. */
export interface BodyHead {
  /** Content-Length as sent. */
  readonly length: string | undefined;
  /** Content-Encoding as sent. */
  readonly encoding: string | undefined;
}

type Coding = 'identity' | 'gzip' | 'deflate';

const codings: Readonly<Record<string, Coding>> = {
  '': 'identity',
  identity: 'identity',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
};

/** What is wrong with a request before its body was read: too long, or in an encoding that is not known. */
export function refusedBody(head: BodyHead, limit: number): CodedError | undefined {
  if (codingOf(head) === undefined) {
    const found = JSON.stringify(head.encoding);
    return netErrors.make['net-encoding-unknown'](
      `Content-Encoding is ${found}; expected gzip, deflate or identity.`,
    );
  }
  return Number(head.length ?? 0) > limit ? tooLarge(`of ${head.length} bytes`, limit) : undefined;
}

function codingOf(head: BodyHead): Coding | undefined {
  return codings[(head.encoding ?? '').trim().toLowerCase()];
}

/** What bounds a body. */
export interface Bounds {
  /** Bytes of this one. */
  readonly limit: number;
  readonly arriving: Arriving;
}

/**
 * Reads a body to its end and undoes its encoding. `done` is called at most once: with the error that refuses the body
 * (what still arrives is then thrown away), or with the bytes; not at all when the client goes first.
 */
export function readBody(
  stream: Readable,
  head: BodyHead,
  { limit, arriving }: Bounds,
  done: (error: CodedError | undefined, body: Buffer) => void,
): void {
  let chunks: Buffer[] = [];
  let length = 0;
  const release = (): void => {
    arriving.remove(length);
    length = 0;
    chunks = [];
    stream.off('data', onData).off('end', onEnd).off('close', release);
  };
  const onData = (chunk: Buffer): void => {
    length += chunk.length;
    chunks.push(chunk);
    const full = arriving.add(chunk.length);
    const error = length > limit ? tooLarge(`of more than ${limit} bytes`, limit) : full;
    if (error === undefined) return;
    release();
    stream.resume();
    done(error, none);
  };
  const onEnd = (): void => {
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length);
    release();
    const coding = codingOf(head) ?? 'identity';
    if (coding === 'identity' || body.length === 0) done(undefined, body);
    else inflate(coding, body, limit, done);
  };
  stream.on('data', onData).on('end', onEnd).on('close', release);
}

const none = Buffer.alloc(0);
