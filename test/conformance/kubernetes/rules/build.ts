import type { Case } from './cases.ts';
import { bases } from './cases.ts';

/** A copy of a JSON value with some of its fields set; paths are names and numbers with dots between, `undefined` takes away. */
export function withChanges(
  object: unknown,
  set: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  return Object.entries(set).reduce(
    (value, [path, next]) => changed(value, steps(path), next),
    object,
  ) as Record<string, unknown>;
}

/** Names of keys may hold dots themselves, as those of ConfigMaps do: what follows `data.` is one name. */
function steps(path: string): string[] {
  return path.startsWith('data.') ? ['data', path.slice('data.'.length)] : path.split('.');
}

function changed(value: unknown, [step, ...rest]: readonly string[], next: unknown): unknown {
  if (step === undefined) return next;
  if (Array.isArray(value)) {
    const items: unknown[] = [...(value as unknown[])];
    items[Number(step)] = changed(items[Number(step)], rest, next);
    return items;
  }
  const fields = { ...(value as Record<string, unknown> | undefined) };
  const child = changed(fields[step], rest, next);
  if (child === undefined) delete fields[step];
  else fields[step] = child;
  return fields;
}

/** What a case sends when it is created. */
export function objectOf({ base, set }: Case): Record<string, unknown> {
  return withChanges(bases[base]?.object ?? {}, set);
}
