import { reachedAt } from '../../cluster/allocation/index.ts';
import { type Whereabouts, fieldOf, resourceOf } from './fields.ts';
import type { EnvironmentVariable, HostedContainer, HostedPod, KeySelector } from './shapes.ts';
import { configMapFiles, secretFiles, type ServiceObject, type Sources } from './sources.ts';

/** A container cannot be made as its spec says; the message is what a kubelet says (`CreateContainerConfigError`). */
export class ConfigError extends Error {}

type Environment = Record<string, string>;

/** The environment of a container, without what every process has. @throws ConfigError */
export async function environmentOf(
  pod: HostedPod,
  container: HostedContainer,
  where: Whereabouts,
  sources: Sources,
): Promise<Environment> {
  const { namespace = '', name = '' } = pod.metadata;
  const { enableServiceLinks = true, hostname = name, hostNetwork = false } = pod.spec;
  const told: Environment = hostNetwork ? {} : { HOSTNAME: hostname };
  const services = sources.services(namespace);
  Object.assign(told, serviceVariables(enableServiceLinks ? services : services.filter(isApi)));
  await addSources(told, container, namespace, sources);
  for (const variable of container.env ?? []) {
    const value = await valueFor(variable, told, { pod, container, where, sources });
    if (value !== undefined) told[variable.name] = value;
  }
  return told;
}

function isApi({ metadata }: ServiceObject): boolean {
  return metadata.namespace === 'default' && metadata.name === 'kubernetes';
}

/** The variables that tell of services (`REDIS_SERVICE_HOST`, `REDIS_PORT_6379_TCP`, …). Pure. */
export function serviceVariables(services: readonly ServiceObject[]): Environment {
  const told: Environment = {};
  for (const service of services) {
    const { metadata, spec = {} } = service;
    const { clusterIP = 'None', ports = [] } = spec;
    const [first] = ports;
    if (clusterIP === 'None' || clusterIP === '' || first === undefined) continue;
    const prefix = variableName(metadata.name ?? '');
    // A pod is told where it gets to, which may be elsewhere than at the address of the service.
    const placeOf = ({ port }: { port: number }): { host: string; port: number } =>
      reachedAt(service, port) ?? { host: clusterIP, port };
    told[`${prefix}_SERVICE_HOST`] = placeOf(first).host;
    told[`${prefix}_SERVICE_PORT`] = String(placeOf(first).port);
    for (const one of ports) {
      const { name = '' } = one;
      if (name !== '') told[`${prefix}_SERVICE_PORT_${variableName(name)}`] = String(placeOf(one).port);
    }
    const urlOf = (one: { port: number; protocol?: string }): string => {
      const { host, port } = placeOf(one);
      return `${(one.protocol ?? 'TCP').toLowerCase()}://${host}:${port}`;
    };
    told[`${prefix}_PORT`] = urlOf(first);
    for (const one of ports) {
      const { port, protocol = 'TCP' } = one;
      const name = `${prefix}_PORT_${port}_${protocol}`;
      told[name] = urlOf(one);
      told[`${name}_PROTO`] = protocol.toLowerCase();
      told[`${name}_PORT`] = String(placeOf(one).port);
      told[`${name}_ADDR`] = placeOf(one).host;
    }
  }
  return told;
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}

async function addSources(
  told: Environment,
  { envFrom = [] }: HostedContainer,
  namespace: string,
  sources: Sources,
): Promise<void> {
  for (const { prefix = '', configMapRef, secretRef } of envFrom) {
    const files =
      configMapRef === undefined
        ? await secretOf(namespace, secretRef ?? {}, sources)
        : await configMapOf(namespace, configMapRef, sources);
    for (const [key, bytes] of files ?? []) told[prefix + key] = bytes.toString();
  }
}

interface Reference {
  readonly name?: string;
  readonly optional?: boolean;
}

async function configMapOf(
  namespace: string,
  { name = '', optional = false }: Reference,
  sources: Sources,
): Promise<Map<string, Buffer> | undefined> {
  const found = await sources.configMap(namespace, name);
  if (found !== undefined) return configMapFiles(found);
  if (optional) return undefined;
  throw new ConfigError(`configmap ${JSON.stringify(name)} not found`);
}

async function secretOf(
  namespace: string,
  { name = '', optional = false }: Reference,
  sources: Sources,
): Promise<Map<string, Buffer> | undefined> {
  const found = await sources.secret(namespace, name);
  if (found !== undefined) return secretFiles(found);
  if (optional) return undefined;
  throw new ConfigError(`secret ${JSON.stringify(name)} not found`);
}

interface Context {
  readonly pod: HostedPod;
  readonly container: HostedContainer;
  readonly where: Whereabouts;
  readonly sources: Sources;
}

async function valueFor(
  { value, valueFrom }: EnvironmentVariable,
  told: Environment,
  { pod, container, where, sources }: Context,
): Promise<string | undefined> {
  if (valueFrom === undefined) return expanded(value ?? '', told);
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  const { namespace = '' } = pod.metadata;
  try {
    if (fieldRef !== undefined) return fieldOf(pod, fieldRef.fieldPath, where);
    if (resourceFieldRef !== undefined) return resourceOf(pod, resourceFieldRef, where, container.name);
  } catch (error) {
    throw new ConfigError((error as Error).message, { cause: error });
  }
  if (configMapKeyRef !== undefined) {
    const files = await configMapOf(namespace, configMapKeyRef, sources);
    return keyOf(files, configMapKeyRef, `ConfigMap ${namespace}/${configMapKeyRef.name ?? ''}`);
  }
  if (secretKeyRef !== undefined) {
    const files = await secretOf(namespace, secretKeyRef, sources);
    return keyOf(files, secretKeyRef, `Secret ${namespace}/${secretKeyRef.name ?? ''}`);
  }
  throw new ConfigError('a variable has a source that Davit does not know yet (fileKeyRef)');
}

function keyOf(
  files: Map<string, Buffer> | undefined,
  { key, optional = false }: KeySelector,
  where: string,
): string | undefined {
  const bytes = files?.get(key);
  if (bytes === undefined && !optional) throw new ConfigError(`couldn't find key ${key} in ${where}`);
  return bytes?.toString();
}

/** Replaces `$(NAME)` by a variable, `$$` by `$`; what is not known stays (Kubernetes' expansion). Pure. */
export function expanded(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(?:\$|\(([^)]*)\))/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return Object.hasOwn(variables, name) ? (variables[name] ?? whole) : whole;
  });
}
