import type { KubeObject } from '../../meta/index.ts';
import type { Deployment, Plural, Pod } from '../../view/index.ts';
import type { Surroundings } from './components/component.ts';
import type { HttpRoute } from './standard/httproutes.ts';
import type { InferenceService, KnativeService } from './shapes.ts';

/** All that decides what a service is to have and to say. */
export interface Snapshot extends Surroundings {
  readonly service: InferenceService;
  /** The pods of the service, all components. */
  readonly pods: readonly Pod[];
  readonly deployments: ReadonlyMap<string, Deployment>;
  readonly knativeServices: ReadonlyMap<string, KnativeService>;
  readonly httpRoutes: ReadonlyMap<string, HttpRoute>;
  /** Kinds of children that the API has. */
  readonly served: ReadonlySet<Plural>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What could not be written, by component or route, and why. */
export type Failures = ReadonlyMap<string, string>;

export function byName<Item extends KubeObject>(items: readonly Item[]): Map<string, Item> {
  return new Map(items.map(item => [item.metadata.name ?? '', item]));
}
