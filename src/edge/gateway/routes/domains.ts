import type { KubeObject } from '../../../cluster/meta/index.ts';
import { inFurther } from '../../../cluster/view/index.ts';

/** Domains that KServe gives InferenceServices hosts in. */
export interface Domains {
  /** That of the hosts which they tell in their status. */
  readonly main: string;
  /** The same hosts are there in these, too, without being told. */
  readonly more: readonly string[];
}

export const noDomains: Domains = { main: '', more: [] };
/** As KServe has it where its configuration is silent. */
const usual = 'example.com';

/**
 * What KServe's configuration says of domains: `ingressDomain` and `additionalIngressDomains` of the key `ingress` of its ConfigMap.
 * @param before what counts where that cannot be read: as for whoever makes the routes, a mistake changes nothing
 */
export function domainsOf(map: KubeObject | undefined, before: Domains): Domains {
  const text = (map?.['data'] as { readonly ingress?: unknown } | undefined)?.ingress;
  if (typeof text !== 'string') return noDomains;
  try {
    const { ingressDomain = '', additionalIngressDomains: more = [] } = JSON.parse(text) as {
      ingressDomain?: unknown;
      additionalIngressDomains?: unknown;
    };
    if (typeof ingressDomain !== 'string' || !isTexts(more)) return before;
    return { main: (ingressDomain || usual).toLowerCase(), more: more.map(one => one.toLowerCase()) };
  } catch {
    return before;
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(one => typeof one === 'string');
}

/** The hosts of other domains that a host stands for; a whole domain stands for none. */
export function besidesOf(host: string, { main, more }: Domains): string[] {
  return host === main ? [] : inFurther(host, main, more);
}
