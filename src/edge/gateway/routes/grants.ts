import { isPlatform } from './own.ts';
import type { ReferenceGrant } from './shapes.ts';

/** An object that leads requests on. */
export interface Referrer {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

/**
 * What may lead to Services of other namespaces: objects of the platform, and those of whom a ReferenceGrant beside the Service says
 * so. A grant names a kind by its group, so that it can do so for each that leads requests.
 */
export class Grants {
  readonly #byNamespace = new Map<string, ReferenceGrant[]>();

  constructor(grants: Iterable<ReferenceGrant>) {
    for (const grant of grants) {
      const { namespace = '' } = grant.metadata;
      this.#byNamespace.set(namespace, [...(this.#byNamespace.get(namespace) ?? []), grant]);
    }
  }

  /** Whether an object may lead to a Service. */
  allows(from: Referrer, namespace: string, service: string): boolean {
    if (from.namespace === namespace || isPlatform(from.namespace)) return true;
    return (this.#byNamespace.get(namespace) ?? []).some(
      ({ spec }) =>
        spec?.from?.some(one => isReferrer(one, from)) === true &&
        spec.to?.some(one => isService(one, service)) === true,
    );
  }
}

function isReferrer(one: Partial<Referrer>, { group, kind, namespace }: Referrer): boolean {
  return one.group === group && one.kind === kind && one.namespace === namespace;
}

/** One without a name is every Service. */
function isService(
  { group = '', kind, name }: { readonly group?: string; readonly kind?: string; readonly name?: string },
  service: string,
): boolean {
  return group === '' && kind === 'Service' && (name === undefined || name === '' || name === service);
}
