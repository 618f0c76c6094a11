import { gunzip, inflate as unzip } from 'node:zlib';
import { type CodedError, messageOf } from '../errors/index.ts';
import { netErrors, tooLarge } from './errors.ts';

/** How a body may be compressed: gzip (RFC 1952), or deflate, which in HTTP means zlib (RFC 9110 section 8.4.1.2). */
export type Compression = 'gzip' | 'deflate';

type Done = (error: CodedError | undefined, body: Buffer) => void;

const nothing = Buffer.alloc(0);
/**
 * Bodies inflated at the same time: each small one may grow to the limit, so a crowd of them has to queue. There is one queue
 * because there is one pool of threads under it.
 */
const atOnce = 4;
const queue: (() => void)[] = [];
let running = 0;

/** Undoes the compression of a body, which may grow up to `limit` bytes. */
export function inflate(compression: Compression, body: Buffer, limit: number, done: Done): void {
  const start = (): void => {
    running++;
    decode(compression, body, limit, (error, inflated) => {
      running--;
      queue.shift()?.();
      done(error, inflated);
    });
  };
  if (running < atOnce) start();
  else queue.push(start);
}

function decode(compression: Compression, body: Buffer, limit: number, done: Done): void {
  const one = compression === 'gzip' ? gunzip : unzip;
  one(body, { maxOutputLength: limit }, (error, inflated) => {
    if (error === null) done(undefined, inflated);
    else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      done(tooLarge(`that inflates from ${body.length} to more than ${limit} bytes`, limit), nothing);
    } else {
      const found = `The body of ${body.length} bytes is not ${compression}: ${messageOf(error)}.`;
      done(netErrors.make['net-encoding-broken'](found), nothing);
    }
  });
}
