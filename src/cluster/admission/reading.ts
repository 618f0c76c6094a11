import type { KubeObject } from '../meta/index.ts';

/** What admission looks up; `resource` as kinds name their place (`pods`, `apps/deployments`). */
export interface Lookup {
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): readonly KubeObject[];
}
