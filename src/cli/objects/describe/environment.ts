import { parseQuantity, quantityIn } from '../../../cluster/meta/index.ts';
import type { Container, Variable, VariableSource } from './shapes.ts';
import type { Description } from './writer.ts';

/** Values of fields of a pod by their paths; undefined in a template, which is of no pod. */
export type FieldValues = Readonly<Record<string, string>> | undefined;

export function describeEnvironment(out: Description, container: Container, values: FieldValues): void {
  const { env = [], envFrom = [] } = container;
  if (envFrom.length > 0) {
    out.line(2, 'Environment Variables from:');
    for (const source of envFrom) out.line(3, ...sourceCells(source));
  }
  out.line(2, 'Environment:', ...(env.length === 0 ? ['<none>'] : []));
  for (const variable of env) describeVariable(out, variable, container, values);
}

function sourceCells({ prefix = '', configMapRef, secretRef }: VariableSource): readonly string[] {
  const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
  const kind = configMapRef === undefined ? (secretRef === undefined ? '' : 'Secret') : 'ConfigMap';
  return [name, prefix === '' ? kind : `${kind} with prefix '${prefix}'`, `Optional: ${optional}`];
}

function describeVariable(
  out: Description,
  variable: Variable,
  container: Container,
  values: FieldValues,
): void {
  const { name, value = '', valueFrom } = variable;
  if (valueFrom === undefined) {
    for (const [index, line] of value.split('\n').entries()) out.line(3, index === 0 ? `${name}:` : '', line);
    return;
  }
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef !== undefined) {
    const { apiVersion = '', fieldPath } = fieldRef;
    out.line(3, `${name}:`, `${values?.[fieldPath] ?? ''} (${apiVersion}:${fieldPath})`);
  } else if (resourceFieldRef !== undefined) {
    const { resource, divisor } = resourceFieldRef;
    const amount = amountOf(container, resource, divisor) ?? '';
    const unlimited = amount === '0' && /^limits\.(cpu|memory)$/.test(resource);
    out.line(3, `${name}:`, `${unlimited ? 'node allocatable' : amount} (${resource})`);
  } else if (secretKeyRef !== undefined) {
    const { key, name: secret = '', optional = false } = secretKeyRef;
    out.line(3, `${name}:`, `<set to the key '${key}' in secret '${secret}'>`, `Optional: ${optional}`);
  } else if (configMapKeyRef !== undefined) {
    const { key, name: map = '', optional = false } = configMapKeyRef;
    out.line(3, `${name}:`, `<set to the key '${key}' of config map '${map}'>`, `Optional: ${optional}`);
  }
}

/** An amount of a resource of a container in units of a divisor, rounded up; undefined for a resource that has none. */
function amountOf({ resources }: Container, resource: string, divisor = '0'): string | undefined {
  const [kind = '', name = ''] = resource.split(/\.(.*)/s);
  if (kind !== 'limits' && kind !== 'requests') return undefined;
  const power = name === 'cpu' ? -3 : 0;
  const amount = parseQuantity(resources?.[kind]?.[name] ?? '0');
  const unit = parseQuantity(divisor === '0' ? '1' : divisor);
  if (amount === undefined || unit === undefined) return undefined;
  const [whole, part] = [quantityIn(amount, power), quantityIn(unit, power)];
  return part === 0n ? undefined : `${(whole + part - 1n) / part}`;
}
