import { isFields } from '../walk.ts';

const head =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/**
 * What Kubernetes says of a document that cannot even tell its kind, since it is no object or names its kind by something else than
 * a text (apimachinery's `SimpleMetaFactory`); undefined when it can.
 */
export function headFault(value: unknown): string | undefined {
  if (value === null) return undefined;
  if (!isFields(value)) return `json: cannot unmarshal ${kindOf(value)} into Go value of type ${head}`;
  for (const name of ['apiVersion', 'kind']) {
    const said = value[name];
    if (said === undefined || said === null || typeof said === 'string') continue;
    return `json: cannot unmarshal ${kindOf(said)} into Go struct field .${name} of type string`;
  }
  return undefined;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
