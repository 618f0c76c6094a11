import type { ContainerPort, Pod } from '../../../view/index.ts';
import type { Misfit } from './fit.ts';
import type { Place } from './places.ts';

const everywhere = '0.0.0.0';

/** Ports of the node that a pod takes: those of containers that are there as long as it is. */
function hostPorts({ spec }: Pod): readonly ContainerPort[] {
  const lasting = (spec.initContainers ?? []).filter(one => one.restartPolicy === 'Always');
  return [...lasting, ...spec.containers].flatMap(one =>
    (one.ports ?? []).filter(port => (port.hostPort ?? 0) > 0),
  );
}

function conflict(a: ContainerPort, b: ContainerPort): boolean {
  if (a.hostPort !== b.hostPort || (a.protocol ?? 'TCP') !== (b.protocol ?? 'TCP')) return false;
  const [one, other] = [a.hostIP ?? everywhere, b.hostIP ?? everywhere].map(ip => ip || everywhere);
  return one === everywhere || other === everywhere || one === other;
}

/** Whether a place has the ports free that a pod takes of its node (the NodePorts plugin). */
export function portsTaken(pod: Pod): ((place: Place) => Misfit | undefined) | undefined {
  const wanted = hostPorts(pod);
  if (wanted.length === 0) return undefined;
  return ({ pods }) => {
    const taken = pods.flatMap(hostPorts);
    if (!wanted.some(port => taken.some(other => conflict(port, other)))) return undefined;
    return { reasons: ["node(s) didn't have free ports for the requested pod ports"], lasting: false };
  };
}
