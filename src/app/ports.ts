import { portsIn } from '../cluster/meta/index.ts';

/** Where a program of a pod listens for a port, by DAVIT_PORTS: elsewhere than the pod says where it shares an address with others. */
export function listeningPort(port: number): number {
  return portsIn(process.env['DAVIT_PORTS']).get(port) ?? port;
}
