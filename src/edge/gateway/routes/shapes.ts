import type { KubeObject } from '../../../cluster/meta/index.ts';
import type { Condition } from '../../../cluster/view/index.ts';

/** The parts of objects that say where requests go. Everything may be missing: anybody may write these objects. */
export interface Service extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly externalName?: string;
    readonly ports?: readonly {
      readonly name?: string;
      readonly port: number;
      readonly protocol?: string;
      readonly appProtocol?: string;
      readonly nodePort?: number;
    }[];
  };
}

export interface Slice extends KubeObject {
  readonly ports?: readonly { readonly name?: string | null; readonly port?: number | null }[] | null;
  readonly endpoints?:
    | readonly {
        readonly addresses: readonly string[];
        readonly conditions?: { readonly ready?: boolean | null; readonly terminating?: boolean | null };
      }[]
    | null;
}

interface Addressed {
  readonly url?: string;
}

interface ComponentStatus extends Addressed {
  readonly restUrl?: string;
  readonly grpcUrl?: string;
  readonly address?: Addressed;
  readonly traffic?: readonly (Addressed | null)[] | null;
}

export interface InferenceService extends KubeObject {
  /** With the addresses of it, and of its components. */
  readonly status?: Addressed & {
    readonly address?: Addressed;
    readonly components?: Readonly<Record<string, ComponentStatus | null>>;
    readonly conditions?: readonly Condition[];
  };
}

/** A text to be compared with, as Istio writes it. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly regex?: string;
}

export interface VirtualService extends KubeObject {
  readonly spec?: {
    readonly hosts?: readonly string[];
    readonly http?: readonly VirtualRoute[];
  };
}

export interface HeaderOperations {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

export interface VirtualRoute {
  readonly match?: readonly {
    readonly authority?: StringMatch;
    readonly uri?: StringMatch;
    readonly method?: StringMatch;
    readonly headers?: Readonly<Record<string, StringMatch>>;
  }[];
  readonly headers?: { readonly request?: HeaderOperations };
  readonly rewrite?: {
    readonly uri?: string;
    readonly authority?: string;
    readonly uriRegexRewrite?: { readonly match?: string; readonly rewrite?: string };
  };
  readonly timeout?: string;
  readonly route?: readonly {
    readonly destination?: { readonly host?: string; readonly port?: { readonly number?: number } };
    readonly weight?: number;
    readonly headers?: { readonly request?: HeaderOperations };
  }[];
}

export interface Ingress extends KubeObject {
  readonly spec?: {
    readonly ingressClassName?: string;
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: {
        readonly paths?: readonly {
          readonly path?: string;
          readonly pathType?: string;
          readonly backend?: {
            readonly service?: {
              readonly name: string;
              readonly port?: { readonly number?: number; readonly name?: string };
            };
          };
        }[];
      };
    }[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

export interface KnativeIngress extends KubeObject {
  readonly spec?: {
    readonly rules?: readonly {
      readonly hosts?: readonly string[];
      readonly http?: {
        readonly paths?: readonly {
          readonly path?: string;
          readonly headers?: Readonly<Record<string, { readonly exact?: string }>>;
          readonly appendHeaders?: Readonly<Record<string, string>>;
          readonly rewriteHost?: string;
          readonly splits?: readonly {
            readonly serviceName: string;
            readonly serviceNamespace: string;
            readonly servicePort: number | string;
            readonly percent?: number;
            readonly appendHeaders?: Readonly<Record<string, string>>;
          }[];
        }[];
      };
    }[];
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly conditions?: readonly Condition[];
  };
}

export interface RouteFilter {
  readonly type: string;
  readonly requestHeaderModifier?: {
    readonly set?: readonly { readonly name: string; readonly value: string }[];
    readonly add?: readonly { readonly name: string; readonly value: string }[];
    readonly remove?: readonly string[];
  };
}

export interface ParentReference {
  readonly kind?: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface HttpRoute extends KubeObject {
  readonly spec?: {
    readonly hostnames?: readonly string[];
    readonly parentRefs?: readonly ParentReference[];
    readonly rules?: readonly {
      readonly matches?: readonly {
        readonly path?: { readonly type?: string; readonly value?: string };
        readonly method?: string;
        readonly headers?: readonly {
          readonly type?: string;
          readonly name: string;
          readonly value: string;
        }[];
      }[];
      readonly filters?: readonly RouteFilter[];
      readonly backendRefs?: readonly {
        readonly name: string;
        readonly namespace?: string;
        readonly port?: number;
        readonly weight?: number;
        readonly filters?: readonly RouteFilter[];
      }[];
      readonly timeouts?: { readonly request?: string };
    }[];
  };
  readonly status?: {
    readonly parents?: readonly {
      readonly controllerName?: string;
      readonly parentRef: ParentReference;
      readonly conditions?: readonly Condition[];
    }[];
  };
}

/** Of the Gateway API: who of other namespaces may lead to Services of this one. */
export interface ReferenceGrant extends KubeObject {
  readonly spec?: {
    readonly from?: readonly {
      readonly group?: string;
      readonly kind?: string;
      readonly namespace?: string;
    }[];
    readonly to?: readonly { readonly group?: string; readonly kind?: string; readonly name?: string }[];
  };
}

/** What routes are made of. */
export interface Snapshot {
  readonly inferenceServices: Iterable<InferenceService>;
  readonly virtualServices: Iterable<VirtualService>;
  readonly ingresses: Iterable<Ingress>;
  readonly knativeIngresses: Iterable<KnativeIngress>;
  readonly httpRoutes: Iterable<HttpRoute>;
  readonly referenceGrants: Iterable<ReferenceGrant>;
  readonly services: Iterable<Service>;
  readonly slices: Iterable<Slice>;
}
