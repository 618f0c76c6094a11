import { createHash } from 'node:crypto';

const magic = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

export interface Handshake {
  /** Of the subprotocols that the client offers, the first of the server's that is among them. */
  readonly protocol: string;
  /** Fields of the answer with status 101. */
  readonly fields: readonly (readonly [string, string])[];
}

/**
 * Answers the opening of a WebSocket (RFC 6455 section 4.2).
 * @param supported subprotocols, the best first
 * @returns what is wrong, as a sentence, when it cannot be opened
 */
export function handshake(
  header: (name: string) => string | undefined,
  supported: readonly string[],
): Handshake | string {
  const key = header('sec-websocket-key') ?? '';
  if (header('sec-websocket-version') !== '13') return 'only version 13 of WebSocket is spoken';
  if (Buffer.from(key, 'base64').length !== 16) return 'Sec-WebSocket-Key is not 16 bytes in base64';
  const offered = (header('sec-websocket-protocol') ?? '').split(',').map(name => name.trim());
  const protocol = supported.find(name => offered.includes(name));
  if (protocol === undefined) {
    return `none of the subprotocols ${JSON.stringify(offered)} is spoken: ${supported.join(', ')} are`;
  }
  const fields = [
    ['Sec-WebSocket-Accept', accepting(key)],
    ['Sec-WebSocket-Protocol', protocol],
  ] as const;
  return { protocol, fields };
}

/** The value of Sec-WebSocket-Accept for a key. */
export function accepting(key: string): string {
  return createHash('sha1')
    .update(key + magic)
    .digest('base64');
}
