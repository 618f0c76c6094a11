import { X509Certificate } from 'node:crypto';

/** A block of a PEM text (RFC 7468). */
export interface Block {
  readonly type: string;
  /** Whether fields stand before its bytes, which certificates have none of. */
  readonly headed: boolean;
  readonly bytes: Buffer;
}

const block = /-----BEGIN ([^-\r\n]+)-----[ \t]*\r?\n([^-]*)-----END \1-----/g;

/** The blocks of a text; what stands between them does not count. */
export function blocksIn(text: string): Block[] {
  return [...text.matchAll(block)].map(([, type = '', body = '']) => {
    const headed = body.includes(':');
    const bytes = Buffer.from(headed ? body.slice(body.search(/\r?\n\r?\n/)) : body, 'base64');
    return { type, headed, bytes };
  });
}

/** The certificate in a block; undefined when it is none. */
export function certificateIn({ bytes }: Block): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}
