import type { Readable } from 'node:stream';
import type { CodedError } from '../errors/index.ts';
import { netErrors, tooLarge } from './errors.ts';
import { Gathered } from './gathered.ts';
import { type Compression, inflate } from './inflate.ts';
import type { Owner } from './owner.ts';

/** How a request describes its body. */
export interface BodyHead {
  /** Content-Length as sent. */
  readonly length: string | undefined;
  /** Content-Encoding as sent. */
  readonly encoding: string | undefined;
}

const codings: Readonly<Record<string, Compression | 'identity'>> = {
  '': 'identity',
  identity: 'identity',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
};

function codingOf({ encoding = '' }: BodyHead): Compression | 'identity' | undefined {
  const name = encoding.trim().toLowerCase();
  return Object.hasOwn(codings, name) ? codings[name] : undefined;
}

/**
 * What is wrong with a request before its body was read: too long, or in an encoding that is not known. The latter is 415, as
 * RFC 9110 section 15.5.16 has it, and not Triton's 501: the fault is the client's, and it can mend it.
 */
export function refusedBody(head: BodyHead, limit: number): CodedError | undefined {
  if (codingOf(head) === undefined) {
    const found = JSON.stringify(head.encoding);
    return netErrors.make['net-encoding-unknown'](
      `Content-Encoding is ${found}; expected gzip, deflate or identity.`,
    );
  }
  return refusedLength(head, limit);
}

/** What is wrong with the length of a body that is passed on as it is. */
export function refusedLength({ length }: BodyHead, limit: number): CodedError | undefined {
  return Number(length ?? 0) > limit ? tooLarge(`of ${length} bytes`, limit) : undefined;
}

const nothing = Buffer.alloc(0);

/**
 * Reads a body to its end and undoes its encoding. `done` is called at most once: with the error that refuses the body
 * (what still arrives is then thrown away), or with the bytes; not at all when the client goes first.
 */
export function readBody(
  stream: Readable,
  head: BodyHead,
  { limits, arriving }: Owner,
  done: (error: CodedError | undefined, body: Buffer) => void,
): void {
  const body = new Gathered();
  body.expect(Number(head.length ?? 0));
  let counted = 0;
  const release = (): void => {
    arriving.remove(counted);
    counted = 0;
  };
  const stop = (error: CodedError): void => {
    stream.off('data', onData).off('end', onEnd).resume();
    release();
    body.clear();
    done(error, nothing);
  };
  const onData = (chunk: Buffer): void => {
    counted += chunk.length;
    const full = arriving.add(chunk.length);
    if (counted > limits.bodyBytes)
      stop(tooLarge(`of more than ${limits.bodyBytes} bytes`, limits.bodyBytes));
    else if (full !== undefined) stop(full);
    else body.add(chunk, 0, chunk.length);
  };
  const onEnd = (): void => {
    const coding = codingOf(head) ?? 'identity';
    const bytes = body.take();
    if (coding === 'identity' || bytes.length === 0) {
      release();
      return done(undefined, bytes);
    }
    // The stream closes before its turn to be inflated may come.
    stream.off('close', release);
    inflate(coding, bytes, limits.bodyBytes, (error, inflated) => {
      release();
      done(error, inflated);
    });
  };
  stream.on('data', onData).on('end', onEnd).on('close', release);
}
