import { gunzip, inflate as unzip } from 'node:zlib';
import type { CodedError } from '../errors/index.ts';
import { messageOf } from '../errors/index.ts';
import { netErrors, tooLarge } from './errors.ts';

const none = Buffer.alloc(0);

/** Undoes gzip (RFC 1952) or deflate, which in HTTP means zlib (RFC 9110 section 8.4.1.2), up to `limit` bytes. */
export function inflate(
  coding: 'gzip' | 'deflate',
  body: Buffer,
  limit: number,
  done: (error: CodedError | undefined, body: Buffer) => void,
): void {
  const decode = coding === 'gzip' ? gunzip : unzip;
  decode(body, { maxOutputLength: limit }, (error, inflated) => {
    if (error === null) done(undefined, inflated);
    else if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      done(tooLarge(`that inflates from ${body.length} to more than ${limit} bytes`, limit), none);
    } else {
      const found = `The body of ${body.length} bytes is not ${coding}: ${messageOf(error)}.`;
      done(netErrors.make['net-encoding-broken'](found), none);
    }
  });
}
