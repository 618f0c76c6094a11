import type { ObjectMeta } from './object.ts';

/** Annotation of a pod that shares the address of its machine: where its ports are found, `8080=20001,9081=20002`. */
export const podPorts = 'davit.dev/ports';

/** The numbers at which ports are found, as that annotation and the variable DAVIT_PORTS have them; what cannot be read is left out. Pure. */
export function portsIn(text: string | undefined): ReadonlyMap<number, number> {
  const pairs = (text ?? '').split(',').flatMap(pair => {
    const [, own, found] = /^(\d{1,5})=(\d{1,5})$/.exec(pair) ?? [];
    return own === undefined ? [] : [[Number(own), Number(found)] as const];
  });
  return new Map(pairs);
}

export function portsText(ports: ReadonlyMap<number, number>): string {
  return [...ports].map(pair => pair.join('=')).join(',');
}

/** The number at which a port of a pod is found at the pod’s address. Pure. */
export function foundAt({ annotations }: Pick<ObjectMeta, 'annotations'>, port: number): number {
  return portsIn(annotations?.[podPorts]).get(port) ?? port;
}
