import type { KubeObject } from '../../meta/index.ts';
import { annotations } from './shapes.ts';

/** Pods that a revision is to have, at least one: nobody wakes a revision without pods yet. */
export function scaleOf({ metadata }: KubeObject): number {
  const least = Number(metadata.annotations?.[annotations.minScale] ?? 1);
  return Number.isInteger(least) ? Math.max(1, least) : 1;
}
