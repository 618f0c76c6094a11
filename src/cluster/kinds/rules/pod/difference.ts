import type { PodSpec } from './shapes.ts';

/** How two specs differ, as lines that went and lines that came. */
export function specDifference(before: PodSpec, after: PodSpec): string {
  return `${JSON.stringify(before)}\n${JSON.stringify(after)}`;
}
