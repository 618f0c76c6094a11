import { type KubeObject, label1035Faults } from '../meta/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields of a pod that Knative takes only where a feature flag, off when installed, allows it. */
const flagged: readonly string[] = [
  'affinity',
  'dnsConfig',
  'dnsPolicy',
  'hostAliases',
  'hostIPC',
  'hostNetwork',
  'hostPID',
  'initContainers',
  'nodeSelector',
  'priorityClassName',
  'runtimeClassName',
  'schedulerName',
  'shareProcessNamespace',
  'tolerations',
  'topologySpreadConstraints',
];

/** What Knative's validating webhook finds wrong with a Service, in its words; nothing when it is fine. */
export function serviceFault(service: KubeObject): string | undefined {
  const spec = service['spec'] as Fields | undefined;
  const template = spec?.['template'] as Fields | undefined;
  const pod = template?.['spec'] as Fields | undefined;
  if (pod === undefined) return undefined;
  return (
    nameFault(service.metadata.name ?? '') ??
    podFault(pod, 'spec.template.spec') ??
    trafficFault(spec?.['traffic'])
  );
}

/** The name is a part of host names. */
function nameFault(name: string): string | undefined {
  const faults = label1035Faults(name);
  return faults.length === 0 ? undefined : `not a DNS 1035 label: [${faults.join(' ')}]: metadata.name`;
}

function podFault(pod: Fields, path: string): string | undefined {
  const refused = flagged.filter(name => pod[name] !== undefined).map(name => `${path}.${name}`);
  if (refused.length > 0) return `must not set the field(s): ${refused.join(', ')}`;
  const containers = (pod['containers'] ?? []) as readonly Fields[];
  if (containers.length === 0) return `missing field(s): ${path}.containers`;
  const serving = containers.filter(one => ((one['ports'] ?? []) as readonly unknown[]).length > 0);
  if (containers.length > 1 && serving.length === 0) return `missing field(s): ${path}.containers[*].ports`;
  if (serving.length > 1) return `more than one container port is set: ${path}.containers[*].ports`;
  const bare = containers.findIndex(one => (one['image'] ?? '') === '');
  return bare < 0 ? undefined : `missing field(s): ${path}.containers[${bare}].image`;
}

function trafficFault(traffic: unknown): string | undefined {
  if (!Array.isArray(traffic) || traffic.length === 0) return undefined;
  const targets = traffic as readonly { readonly percent?: number }[];
  const faults = targets.flatMap(({ percent = 0 }, place) =>
    percent >= 0 && percent <= 100 ? [] : `expected 0 <= ${percent} <= 100: spec.traffic[${place}].percent`,
  );
  const sum = targets.reduce((all, { percent = 0 }) => all + percent, 0);
  if (sum !== 100) faults.unshift(`Traffic targets sum to ${sum}, want 100: spec.traffic`);
  return faults.length === 0 ? undefined : faults.join('\n');
}
