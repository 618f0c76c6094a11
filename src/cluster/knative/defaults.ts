import { type KubeObject, sameJson } from '../meta/index.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A template of revisions with what Knative fills in (its defaulting webhook with the configuration it is installed with). */
export function defaultedTemplate(template: Fields): Fields {
  const spec = template['spec'] as Fields | undefined;
  const containers = spec?.['containers'];
  if (spec === undefined || !Array.isArray(containers)) return template;
  const given = containers as readonly Fields[];
  return {
    ...template,
    spec: {
      containerConcurrency: 0,
      enableServiceLinks: false,
      timeoutSeconds: 300,
      ...spec,
      containers: given.map((one, index) => defaultedContainer(one, index, given.length)),
    },
  };
}

/** The container that takes requests is asked whether it is ready; port 0 is the one that it listens on. */
function defaultedContainer(container: Fields, index: number, count: number): Fields {
  const serves = count === 1 || (Array.isArray(container['ports']) && container['ports'].length > 0);
  const name = container['name'] ?? (count === 1 ? 'user-container' : `user-container-${index}`);
  const named = { ...container, name, resources: container['resources'] ?? {} };
  return serves ? { ...named, readinessProbe: defaultedProbe(container['readinessProbe'] as Fields) } : named;
}

function defaultedProbe(probe: Fields | undefined): Fields {
  const asks = ['exec', 'httpGet', 'grpc'].some(how => probe?.[how] !== undefined);
  const socket = (probe?.['tcpSocket'] ?? {}) as Fields;
  return {
    ...probe,
    successThreshold: probe?.['successThreshold'] ?? 1,
    ...(!asks && { tcpSocket: { port: 0, ...socket } }),
  };
}

/** A Service with defaults, and who made and changed it. */
export function defaultedService(service: KubeObject, old: KubeObject | undefined, user: string): KubeObject {
  const spec = service['spec'] as Fields | undefined;
  const template = spec?.['template'] as Fields | undefined;
  if (spec === undefined || template === undefined) return service;
  const filled = {
    ...spec,
    template: defaultedTemplate(template),
    traffic: spec['traffic'] ?? [{ latestRevision: true, percent: 100 }],
  };
  return { ...service, metadata: signed(service, filled, old, user), spec: filled };
}

const creator = 'serving.knative.dev/creator';
const lastModifier = 'serving.knative.dev/lastModifier';

function signed(
  service: KubeObject,
  spec: Fields,
  old: KubeObject | undefined,
  user: string,
): KubeObject['metadata'] {
  const { annotations = {} } = service.metadata;
  const before = old?.metadata.annotations;
  const same = old !== undefined && sameJson(old['spec'], spec);
  const modifier = same ? before?.[lastModifier] : user;
  return {
    ...service.metadata,
    annotations: {
      ...annotations,
      [creator]: old === undefined ? user : (before?.[creator] ?? user),
      ...(modifier !== undefined && { [lastModifier]: modifier }),
    },
  };
}
