import type { Reach } from '../usage/index.ts';
import type { AdmissionRequest } from './contract.ts';

/** What a request may change of its object, as its kind has it of the path. */
export function reachOf({ kind, subresource }: AdmissionRequest): Reach {
  if (subresource === '') return 'whole';
  return kind.subresources.find(one => one.name === subresource)?.holds ?? 'other';
}
