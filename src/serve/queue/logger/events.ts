import { randomUUID } from 'node:crypto';
import type { Head } from '../../../base/net/index.ts';
import type { CloudEvent } from '../../../wire/cloudevents/index.ts';

/** What is told of every exchange of a component; the names are those of KServe’s agent. */
export interface EventSource {
  readonly source: string;
  readonly inferenceService: string;
  readonly namespace: string;
  readonly endpoint: string;
  readonly component: string;
  /** Header fields of a request that are told beside its body. */
  readonly metadataHeaders: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
}

/** What is told of one request and its answer alike. */
export interface Told {
  readonly id: string;
  readonly extensions: Readonly<Record<string, string>>;
}

/** Types of events (KServe pkg/logger/worker.go). */
const types = {
  request: 'org.kubeflow.serving.inference.request',
  response: 'org.kubeflow.serving.inference.response',
} as const;

export function toldOf(source: EventSource, head: Head): Told {
  const metadata: Record<string, string[]> = {};
  for (const name of source.metadataHeaders) {
    const value = head.header(name);
    if (value !== undefined) metadata[name] = [value];
  }
  return {
    id: head.header('ce-id') ?? randomUUID(),
    extensions: {
      inferenceservicename: source.inferenceService,
      namespace: source.namespace,
      component: source.component,
      endpoint: source.endpoint,
      metadata: JSON.stringify(metadata),
      ...(Object.keys(source.annotations).length > 0
        ? { annotations: JSON.stringify(source.annotations) }
        : undefined),
    },
  };
}

/**
 * @param now milliseconds since the epoch
 * @param status of an answer that is no success: KServe tells of none of these
 */
export function eventOf(
  source: EventSource,
  kind: keyof typeof types,
  { id, extensions }: Told,
  now: number,
  contentType: string | undefined,
  data: Uint8Array,
  status?: number,
): CloudEvent {
  const failed = status === undefined || status === 200 ? undefined : { statuscode: String(status) };
  return {
    id,
    type: types[kind],
    source: source.source,
    time: now,
    contentType,
    extensions: { recordedtime: new Date(now).toISOString(), ...extensions, ...failed },
    data,
  };
}
