import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A login under way: all that is known of it goes with it, sealed. */
export interface Login {
  /** When it began, milliseconds since 1970. */
  readonly begun: number;
  /** 32 bytes that its nonce and verifier are made of. */
  readonly seed: Buffer;
  /** SHA-256 of the cookie that the browser was given; undefined for callers that are no browser. */
  readonly binding: Buffer | undefined;
  /** Path and query to return to. */
  readonly returnTo: string;
}

const algorithm = 'aes-256-gcm';
const format = Buffer.from([1]);
const [ivBytes, tagBytes, timeBytes, hashBytes] = [12, 16, 6, 32];
const unbound = Buffer.alloc(hashBytes);
const leastBytes = format.length + ivBytes + timeBytes + 2 * hashBytes + tagBytes;

/** Seals a login with a key of 32 bytes, as text that may stand in a URL. */
export function seal({ begun, seed, binding, returnTo }: Login, key: Uint8Array): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(algorithm, key, iv).setAAD(format);
  const time = Buffer.alloc(timeBytes);
  time.writeUIntBE(begun, 0, timeBytes);
  const plain = Buffer.concat([time, seed, binding ?? unbound, Buffer.from(returnTo)]);
  const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([format, iv, sealed, cipher.getAuthTag()]).toString('base64url');
}

/** Opens what one of the keys has sealed; undefined for anything else. */
export function open(text: string, keys: readonly Uint8Array[]): Login | undefined {
  const bytes = Buffer.from(text, 'base64url');
  // Text that decodes to the same bytes would be another mark for the same login.
  if (bytes.length < leastBytes || bytes[0] !== format[0] || bytes.toString('base64url') !== text) {
    return undefined;
  }
  for (const key of keys) {
    const plain = opened(bytes, key);
    if (plain !== undefined) return loginOf(plain);
  }
  return undefined;
}

function opened(bytes: Buffer, key: Uint8Array): Buffer | undefined {
  const iv = bytes.subarray(format.length, format.length + ivBytes);
  const decipher = createDecipheriv(algorithm, key, iv).setAAD(format);
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    return Buffer.concat([
      decipher.update(bytes.subarray(format.length + ivBytes, -tagBytes)),
      decipher.final(),
    ]);
  } catch {
    return undefined;
  }
}

function loginOf(plain: Buffer): Login {
  const binding = plain.subarray(timeBytes + hashBytes, timeBytes + 2 * hashBytes);
  return {
    begun: plain.readUIntBE(0, timeBytes),
    seed: plain.subarray(timeBytes, timeBytes + hashBytes),
    binding: binding.equals(unbound) ? undefined : binding,
    returnTo: plain.toString('utf8', timeBytes + 2 * hashBytes),
  };
}

export function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

/** A secret of the login for one use. */
export function derived({ seed }: Pick<Login, 'seed'>, use: 'nonce' | 'verifier' | 'name'): string {
  return createHash('sha256').update(use).update(seed).digest('base64url');
}
