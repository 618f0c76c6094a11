import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const letters = 'abcdefghijklmnopqrstuvwxyz';
const symbols = 'abcdefghijklmnopqrstuvwxyz234567';

/** An id of 25 characters of [a-z2-7], the first a letter, as Dex makes them: 124 bits that nobody can guess. */
export function newId(): string {
  const [first = 0, ...rest] = randomBytes(25);
  // A byte of 234 or more would make some letters likelier than others.
  if (first >= 9 * letters.length) return newId();
  return `${letters[first % letters.length]}${rest.map(byte => symbols[byte % 32]).join('')}`;
}

/** What a secret is stored and looked up by. */
export function digestOf(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}

/** Whether two texts are the same; how long it takes tells nothing of where they differ, nor of their lengths. */
export function isSame(a: string, b: string): boolean {
  return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
}

/** A key that proofs are made with. */
export function newKey(): string {
  return randomBytes(32).toString('base64url');
}

/** Shows that whoever has the key says `text`: HMAC with SHA-256. */
export function proofOf(key: string, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url');
}
