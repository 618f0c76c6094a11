import { type Fields, fieldsOf } from './untyped.ts';

const basic = ['cpu', 'memory', 'storage', 'ephemeral-storage'];
const known = ['nvidia.com/gpu', 'amd.com/gpu', 'intel.com/gpu', 'habana.ai/gaudi'];
const annotation = 'serving.kserve.io/gpu-resource-types';

function namesIn(container: Fields): string[] {
  const resources = fieldsOf(container['resources']);
  return ['limits', 'requests'].flatMap(part => Object.keys(fieldsOf(resources?.[part]) ?? {}));
}

/**
 * What is wrong with the accelerators that a container asks for: `unknown`, or a message about the annotation that names more.
 * `custom`: those that the configuration names.
 */
export function acceleratorFault(
  container: Fields,
  annotations: Readonly<Record<string, string>>,
  custom: readonly string[],
): { readonly unknown: boolean; readonly message?: string } {
  const said = annotations[annotation] ?? '';
  const more = said === '' ? [] : listIn(said);
  if (more === undefined) {
    const message = `invalid GPU format(${said}) for ${annotation} annotation: must be a valid JSON array`;
    return { unknown: false, message };
  }
  const usual = [...basic, ...known, ...custom, ...more];
  return { unknown: namesIn(container).some(name => !usual.includes(name)) };
}

function listIn(text: string): string[] | undefined {
  try {
    const list = JSON.parse(text) as unknown;
    if (!Array.isArray(list) || list.length === 0) return undefined;
    return list.every(item => typeof item === 'string' && item !== '') ? (list as string[]) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a container asks for a GPU of NVIDIA, whole or in part. */
export function hasGpu(container: Fields): boolean {
  return namesIn(container).some(name => name === 'nvidia.com/gpu' || name.startsWith('nvidia.com/mig'));
}
