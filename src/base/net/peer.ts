import type { Socket } from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { Peer } from './contract.ts';

const known = new WeakMap<Socket, Peer>();

/** Who is at the other end of a socket; asked once a connection. */
export function peerOf(socket: Socket): Peer {
  let peer = known.get(socket);
  if (peer === undefined) {
    peer = { address: `${socket.remoteAddress ?? ''}:${socket.remotePort ?? 0}`, ...certified(socket) };
    known.set(socket, peer);
  }
  return peer;
}

function certified(socket: Socket): Pick<Peer, 'certificate'> | undefined {
  const secure = socket as Partial<TLSSocket>;
  if (secure.authorized !== true) return undefined;
  // Without a certificate this is an empty object.
  const shown: Partial<DetailedPeerCertificate> | undefined = secure.getPeerCertificate?.();
  const subject = shown?.subject;
  if (subject === undefined) return undefined;
  const organizations: unknown = subject.O;
  return {
    certificate: {
      commonName: [subject.CN ?? ''].flat().join(','),
      organizations: organizations === undefined ? [] : [organizations].flat().map(String),
    },
  };
}
