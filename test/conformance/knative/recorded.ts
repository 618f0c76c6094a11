import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { KubeObject } from '../../../src/cluster/meta/index.ts';

/** An object as recorded: without its namespace, its metadata told apart. */
export interface Recorded {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly owners: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

const file = join(import.meta.dirname, 'recorded.json.gz');

/** What a real Knative made of the Services of each manifest, those Services included. */
export const recorded = JSON.parse(gunzipSync(readFileSync(file)).toString()) as Readonly<
  Record<string, readonly Recorded[]>
>;

export const kinds = [
  'deployments',
  'services',
  'services.serving.knative.dev',
  'configurations.serving.knative.dev',
  'revisions.serving.knative.dev',
  'routes.serving.knative.dev',
  'ingresses.networking.internal.knative.dev',
  'serverlessservices.networking.internal.knative.dev',
  'podautoscalers.autoscaling.internal.knative.dev',
] as const;

/** The Services of a manifest, as KServe's controller writes them. */
export function servicesOf(name: string, namespace: string): KubeObject[] {
  return (recorded[name] ?? [])
    .filter(isService)
    .map(({ apiVersion, kind, name: called, annotations, labels, spec }) => ({
      apiVersion,
      kind,
      metadata: { name: called, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
      spec,
    }));
}

function isService({ apiVersion, kind }: { readonly apiVersion: string; readonly kind?: string }): boolean {
  return apiVersion.startsWith('serving.knative.dev') && kind === 'Service';
}

export function keyOf({ apiVersion, kind, name }: Pick<Recorded, 'apiVersion' | 'kind' | 'name'>): string {
  return `${isService({ apiVersion, kind }) ? 'Knative' : ''}${kind}/${name}`;
}
