import { createHash, randomBytes } from 'node:crypto';

/** 256 bits that nobody can guess, 43 characters. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * What is stored of a secret, and may stand in logs: its SHA-256. Looking rows up by it needs no comparison in constant time:
 * how long that takes tells of a digest, of which no secret can be made.
 */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
