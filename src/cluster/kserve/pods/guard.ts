import { directAnnotation } from '../../meta/index.ts';
import { fieldsOf, textOf } from '../untyped.ts';
import type { ContainerDraft, PodDraft } from './draft.ts';
import type { Surroundings } from './surroundings.ts';

const variable = 'DAVIT_GUARD';
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Paths of health and numbers, which whoever asks is told. */
const always = ['/', '/healthz', '/metrics', '/v2/health/live', '/v2/health/ready'];

/**
 * Tells the containers of a pod to ask about everybody who calls, where the annotation `davit.dev/direct-access` of its service demands
 * that. An annotation that cannot be read demands it too.
 */
export function addGuard(
  { spec }: PodDraft,
  service: string,
  { namespace, annotations }: Surroundings,
): void {
  if ((annotations[directAnnotation] ?? 'open') === 'open') return;
  const told = {
    server: 'https://$(KUBERNETES_SERVICE_HOST):$(KUBERNETES_SERVICE_PORT)',
    tokenFile: `${account}/token`,
    authorityFile: `${account}/ca.crt`,
    namespace,
    service,
    open: [...new Set([...always, ...spec.containers.flatMap(probedPaths)])],
  };
  const value = JSON.stringify(told);
  // The agent behind a queue asks, too.
  const agent = spec.containers.some(({ name }) => name === 'agent');
  const keeping = JSON.stringify({ ...told, keeps: true });
  for (const container of spec.containers) {
    const others = (container.env ?? []).filter(({ name }) => name !== variable);
    const own = agent && container.name === 'queue-proxy' ? keeping : value;
    container.env = [...others, { name: variable, value: own }];
  }
}

/** Paths by which the kubelet asks how a container is: it shows no credential. */
function probedPaths(container: ContainerDraft): string[] {
  const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;
  const all = container as unknown as Readonly<Record<string, unknown>>;
  return probes.flatMap(name => {
    const path = textOf(fieldsOf(fieldsOf(all[name])?.['httpGet'])?.['path']);
    return path === undefined || path === '' ? [] : [path];
  });
}
