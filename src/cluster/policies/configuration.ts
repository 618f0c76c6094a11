import type { KubeObject, SelectorObject } from '../meta/index.ts';
import type { MatchPolicy, Rule } from '../webhooks/index.ts';

/** The parts of policies and their bindings (`admissionregistration.k8s.io/v1`) that decide about a request. */
export interface MatchResources {
  readonly resourceRules?: readonly NamedRule[];
  readonly excludeResourceRules?: readonly NamedRule[];
  /** Absent: `Equivalent`. */
  readonly matchPolicy?: MatchPolicy;
  readonly namespaceSelector?: SelectorObject;
  readonly objectSelector?: SelectorObject;
}

export interface NamedRule extends Rule {
  readonly resourceNames?: readonly string[];
}

export interface Named {
  readonly name: string;
  readonly expression: string;
}

export type FailurePolicy = 'Fail' | 'Ignore';

/** What policies of both sorts say. */
export interface PolicySpec {
  readonly failurePolicy?: FailurePolicy;
  readonly paramKind?: { readonly apiVersion?: string; readonly kind?: string };
  readonly matchConstraints?: MatchResources;
  readonly matchConditions?: readonly Named[];
  readonly variables?: readonly Named[];
}

export interface Validation {
  readonly expression: string;
  readonly message?: string;
  readonly messageExpression?: string;
  readonly reason?: 'Unauthorized' | 'Forbidden' | 'Invalid' | 'RequestEntityTooLarge';
}

export interface ValidatingPolicy extends KubeObject {
  readonly spec: PolicySpec & { readonly validations?: readonly Validation[] };
}

export interface Mutation {
  readonly patchType: 'ApplyConfiguration' | 'JSONPatch';
  readonly applyConfiguration?: { readonly expression: string };
  readonly jsonPatch?: { readonly expression: string };
}

export interface MutatingPolicy extends KubeObject {
  readonly spec: PolicySpec & {
    readonly mutations?: readonly Mutation[];
    readonly reinvocationPolicy?: 'Never' | 'IfNeeded';
  };
}

export interface ParamRef {
  readonly name?: string;
  readonly namespace?: string;
  readonly selector?: SelectorObject;
  readonly parameterNotFoundAction?: 'Allow' | 'Deny';
}

export interface Binding extends KubeObject {
  readonly spec: {
    readonly policyName?: string;
    readonly paramRef?: ParamRef;
    readonly matchResources?: MatchResources;
    /** Of validating policies alone. */
    readonly validationActions?: readonly ('Deny' | 'Warn' | 'Audit')[];
  };
}
