import { type ObjectMeta, parseQuantity, quantityIn } from '../../../meta/index.ts';
import type { Container, PodSpec, Port, ResourceList } from './shapes.ts';

type Meta = Pick<ObjectMeta, 'annotations'> | undefined;

const retiredLabels: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
};
const sinceLabels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/os': 'v1.14',
  'beta.kubernetes.io/arch': 'v1.14',
};
const retiredAnnotations: readonly (readonly [string, string])[] = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  ['security.alpha.kubernetes.io/sysctls', 'non-functional in v1.11+; use the "sysctls" field instead'],
  [
    'security.alpha.kubernetes.io/unsafe-sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
];
const retiredVolumes: Readonly<Record<string, string>> = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

/** What the API warns of in a pod (`prefix` empty) or in a template (`spec.template`): `GetWarningsForPod`. */
export function podWarnings(spec: PodSpec, meta: Meta, prefix: string): string[] {
  const root = prefix === '' ? '' : `${prefix}.`;
  const field = `${root}spec`;
  return [
    ...labelWarnings(spec, field),
    ...spreadWarnings(spec, field),
    ...annotationWarnings(meta, `${root}metadata.annotations`),
    ...volumeWarnings(spec, `${field}.volumes`),
    ...repeatWarnings(spec, field),
    ...eachContainer(spec, field).flatMap(([container, at]) => containerWarnings(container, at)),
    ...portWarnings(spec, field),
    ...portNameWarnings(spec, field),
    ...((spec.terminationGracePeriodSeconds ?? 0) < 0
      ? [
          `${field}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...affinityWarnings(spec, `${field}.affinity`),
  ];
}

/** All containers in the order in which Kubernetes visits them. */
function eachContainer(spec: PodSpec, field: string): (readonly [Container, string])[] {
  return (['initContainers', 'containers', 'ephemeralContainers'] as const).flatMap(name =>
    (spec[name] ?? []).map((container, index) => [container, `${field}.${name}[${index}]`] as const),
  );
}

function retired(label: string): string | undefined {
  const successor = Object.hasOwn(retiredLabels, label) ? retiredLabels[label] : undefined;
  if (successor === undefined) return undefined;
  return `deprecated since ${sinceLabels[label] ?? 'v1.17'}; use "${successor}" instead`;
}

function labelWarnings(spec: PodSpec, field: string): string[] {
  return Object.keys(spec.nodeSelector ?? {}).flatMap(label => {
    const text = retired(label);
    return text === undefined ? [] : [`${field}.nodeSelector[${label}]: ${text}`];
  });
}

function spreadWarnings(spec: PodSpec, field: string): string[] {
  return (spec.topologySpreadConstraints ?? []).flatMap(({ topologyKey = '', labelSelector }, index) => {
    const at = `${field}.topologySpreadConstraints[${index}]`;
    const text = retired(topologyKey);
    return [
      ...(text === undefined ? [] : [`${at}.topologyKey: ${topologyKey} is ${text}`]),
      ...(labelSelector === undefined ? [nullSelector(`${at}.labelSelector`)] : []),
    ];
  });
}

function nullSelector(field: string): string {
  return `${field}: a null labelSelector results in matching no pod`;
}

function annotationWarnings(meta: Meta, field: string): string[] {
  return retiredAnnotations.flatMap(([key, text]) =>
    Object.hasOwn(meta?.annotations ?? {}, key) ? [`${field}[${key}]: ${text}`] : [],
  );
}

function volumeWarnings(spec: PodSpec, field: string): string[] {
  return (spec.volumes ?? []).flatMap((volume, index) =>
    Object.keys(volume).flatMap(name =>
      Object.hasOwn(retiredVolumes, name) ? [`${field}[${index}].${name}: ${retiredVolumes[name]}`] : [],
    ),
  );
}

function repeatWarnings(spec: PodSpec, field: string): string[] {
  const { hostAliases = [], imagePullSecrets = [] } = spec;
  const [ips, names] = [new Set<string>(), new Set<string>()];
  const aliases = hostAliases.flatMap(({ ip = '' }, index) =>
    again(ip, ips) ? [`${field}.hostAliases[${index}].ip: duplicate ip ${JSON.stringify(ip)}`] : [],
  );
  const secrets = imagePullSecrets.flatMap(({ name = '' }, index) =>
    again(name, names)
      ? [`${field}.imagePullSecrets[${index}].name: duplicate name ${JSON.stringify(name)}`]
      : [],
  );
  const nameless = imagePullSecrets.flatMap(({ name = '' }, index) =>
    name === '' ? [`${field}.imagePullSecrets[${index}].name: invalid empty name ""`] : [],
  );
  return [...aliases, ...secrets, ...nameless];
}

function again(value: string, seen: Set<string>): boolean {
  if (seen.has(value)) return true;
  seen.add(value);
  return false;
}

function containerWarnings(container: Container, field: string): string[] {
  const { resources = {}, env = [] } = container;
  const names = new Set<string>();
  const hidden = env.flatMap(({ name = '', value = '', valueFrom }, index) => {
    if (!again(name, names)) return [];
    const reference = `$(${name})`;
    if (valueFrom === undefined && value !== reference && value.includes(reference)) return [];
    return [
      `${field}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
    ];
  });
  return [
    ...(['memory', 'ephemeral-storage'] as const).flatMap(name => [
      ...fractionWarnings(resources.limits, name, `${field}.resources.limits`),
      ...fractionWarnings(resources.requests, name, `${field}.resources.requests`),
    ]),
    ...hidden,
  ];
}

function fractionWarnings(list: ResourceList | undefined, name: string, field: string): string[] {
  const amount = list?.[name];
  const quantity = amount === undefined ? undefined : parseQuantity(amount);
  if (quantity === undefined || quantityIn(quantity, -3) % 1000n === 0n) return [];
  return [
    `${field}[${name}]: fractional byte value ${JSON.stringify(amount)} is invalid, must be an integer`,
  ];
}

interface Seen {
  readonly port: Port;
  readonly at: string;
}

function portWarnings(spec: PodSpec, field: string): string[] {
  const seen = new Map<string, Seen[]>();
  return eachContainer(spec, field).flatMap(([container, place]) =>
    (container.ports ?? []).flatMap((port, index) => {
      const at = `${place}.ports[${index}]`;
      const key = `${port.containerPort ?? 0}/${port.protocol ?? ''}`;
      const others = seen.get(key) ?? [];
      seen.set(key, [...others, { port, at }]);
      return others.flatMap(other => {
        const text = overlap(port, other.port);
        return text === undefined ? [] : [`${at}: ${text} with ${other.at}`];
      });
    }),
  );
}

function overlap(port: Port, other: Port): string | undefined {
  const [ip, otherIP] = [port.hostIP ?? '', other.hostIP ?? ''];
  const [number, otherNumber] = [port.hostPort ?? 0, other.hostPort ?? 0];
  if (ip === otherIP && number === otherNumber) return 'duplicate port definition';
  if (number === 0 || otherNumber === 0) return 'overlapping port definition';
  const ambiguous = number === otherNumber && (ip === '') !== (otherIP === '');
  return ambiguous ? 'dangerously ambiguous port definition' : undefined;
}

function portNameWarnings(spec: PodSpec, field: string): string[] {
  const names = new Map<string, string>();
  return eachContainer(spec, field).flatMap(([container, place]) =>
    (container.ports ?? []).flatMap(({ name = '' }, index) => {
      const at = `${place}.ports[${index}]`;
      const other = names.get(name);
      if (name === '') return [];
      if (other === undefined) {
        names.set(name, at);
        return [];
      }
      const use = `services and probes that select ports by name will use ${other}`;
      return [`${at}: duplicate port name ${JSON.stringify(name)} with ${other}, ${use}`];
    }),
  );
}

function affinityWarnings({ affinity }: PodSpec, field: string): string[] {
  const required = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  return (['podAffinity', 'podAntiAffinity'] as const).flatMap(name => [
    ...(affinity?.[name]?.[required] ?? []).flatMap(({ labelSelector }, index) =>
      labelSelector === undefined
        ? [nullSelector(`${field}.${name}.${required}[${index}].labelSelector`)]
        : [],
    ),
    ...(affinity?.[name]?.[preferred] ?? []).flatMap(({ podAffinityTerm }, index) =>
      podAffinityTerm?.labelSelector === undefined
        ? [nullSelector(`${field}.${name}.${preferred}[${index}].podAffinityTerm.labelSelector`)]
        : [],
    ),
  ]);
}
