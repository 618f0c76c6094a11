import type { Lookup } from '../admission/index.ts';
import type { AskConversion } from '../kinds/index.ts';
import { internalError, type KubeObject } from '../meta/index.ts';
import { callWebhook } from './call.ts';
import type { ClientConfig } from './configuration.ts';
import { convertedBy, type ReviewVersion, reviewVersions, Unreadable } from './converted.ts';

/** What the client of the real server waits for an answer. */
const timeoutSeconds = 30;

export interface ConversionParts {
  readonly lookup: Lookup;
  readonly newUid: () => string;
}

interface Conversion {
  readonly strategy?: string;
  readonly webhook?: {
    readonly clientConfig?: ClientConfig;
    readonly conversionReviewVersions?: readonly string[];
  };
}

/** Asks the conversion webhook of a CustomResourceDefinition, over HTTPS; undefined where it has none. */
export function conversionWebhook(
  definition: KubeObject,
  { lookup, newUid }: ConversionParts,
): AskConversion | undefined {
  const { conversion = {} } = (definition['spec'] ?? {}) as { readonly conversion?: Conversion };
  if (conversion.strategy !== 'Webhook') return undefined;
  const { clientConfig = {}, conversionReviewVersions: versions = [] } = conversion.webhook ?? {};
  const version = versions.find(one => (reviewVersions as readonly string[]).includes(one));
  return async (objects, apiVersion, signal) => {
    if (version === undefined) throw internalError('no supported conversion review versions');
    const uid = newUid();
    const asked = { objects, apiVersion, uid, version: version as ReviewVersion };
    const review = {
      kind: 'ConversionReview',
      apiVersion: `apiextensions.k8s.io/${version}`,
      request: { uid, desiredAPIVersion: apiVersion, objects: objects.map(withoutRevision) },
    };
    const [first] = objects;
    const begin = `conversion webhook for ${first?.apiVersion}, Kind=${first?.kind}`;
    let answer: unknown;
    try {
      answer = await callWebhook(clientConfig, review, timeoutSeconds, lookup, signal);
    } catch (error) {
      throw internalError(`${begin} failed: ${messageOf(error)}`);
    }
    try {
      return convertedBy(answer, asked);
    } catch (error) {
      const words = messageOf(error);
      throw internalError(error instanceof Unreadable ? words : `${begin} ${words}`);
    }
  };
}

/** Webhooks see objects as they lie in the store. */
function withoutRevision({ metadata: { resourceVersion: _, ...metadata }, ...object }: KubeObject): object {
  return { ...object, metadata };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
