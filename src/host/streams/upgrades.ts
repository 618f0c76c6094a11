import type { Duplex } from 'node:stream';
import type { Head, Sink } from '../../base/net/index.ts';
import { handshake, WebSocket } from '../../base/websocket/index.ts';
import { Refusal } from './refusal.ts';

/** Protocols that a connection may be taken over for. */
export const upgrades = ['websocket', 'SPDY/3.1'];

const versionField = 'X-Stream-Protocol-Version';

/** A connection that speaks another protocol from now on. */
export type Switched =
  | { readonly carrier: 'websocket'; readonly protocol: string; readonly socket: WebSocket }
  | { readonly carrier: 'spdy'; readonly connection: Duplex };

/**
 * Takes the connection of a request over, with the best subprotocol that both sides speak.
 * @returns undefined when the client has gone
 * @throws Refusal
 */
export function switched(
  head: Head,
  sink: Sink,
  supported: { readonly websocket: readonly string[]; readonly spdy: readonly string[] },
): Switched | undefined {
  const asked = (head.header('upgrade') ?? '').toLowerCase();
  if (sink.upgrade === undefined || asked === '') throw new Refusal(400, 'Upgrade request required');
  if (asked === 'websocket') {
    const opened = handshake(name => head.header(name), supported.websocket);
    if (typeof opened === 'string') throw new Refusal(400, opened);
    const connection = sink.upgrade(opened.fields);
    if (connection === undefined) return undefined;
    const socket = new WebSocket(connection, 'server');
    return { carrier: 'websocket', protocol: opened.protocol, socket };
  }
  const offered = (head.header(versionField) ?? '').split(',').map(name => name.trim());
  const version = supported.spdy.find(name => offered.includes(name));
  if (version === undefined) {
    const said = `unable to negotiate protocol: client supports [${offered.join(' ')}], server supports [${supported.spdy.join(' ')}]`;
    throw new Refusal(403, said);
  }
  const connection = sink.upgrade([[versionField, version]]);
  return connection && { carrier: 'spdy', connection };
}
