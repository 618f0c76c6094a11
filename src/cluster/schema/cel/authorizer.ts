import type { Environment } from '@marcbachmann/cel-js';

/** What an expression asks about rights. */
export interface Question {
  readonly verb: string;
  /** A path of the server that is no resource; absent: a resource is asked about. */
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Selectors of a list as they are written; roles do not look at them. */
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
  /** Whose rights; absent: those of whoever makes the request. */
  readonly account?: { readonly namespace: string; readonly name: string };
}

type May = (question: Question) => { readonly allowed: boolean; readonly reason: string };
/** What is asked about, but for what is to be done with it. */
export type Asked = Omit<Question, 'verb'>;

/** Each has the name of its type alone in common with what CEL says of it. */
class Rights {
  readonly may: May;
  readonly asked: Asked;

  constructor(may: May, asked: Asked) {
    this.may = may;
    this.asked = asked;
  }
}

class PathRights extends Rights {}
class GroupRights extends Rights {}
class ResourceRights extends Rights {}

class Decision {
  readonly allowed: boolean;
  readonly reason: string;

  constructor({ allowed, reason }: ReturnType<May>) {
    this.allowed = allowed;
    this.reason = reason;
  }
}

/** What `authorizer` is: its `requestResource` asks about what the request itself is about. */
class Authorizing extends Rights {
  readonly requestResource: ResourceRights;

  constructor(may: May, request: Asked, account: Pick<Question, 'account'> = {}) {
    super(may, account);
    this.requestResource = new ResourceRights(may, { ...request, ...account });
  }
}

/**
 * The value of `authorizer` in an expression.
 * @param request What `authorizer.requestResource` asks about.
 */
export function authorizing(may: May, request: Asked): unknown {
  return new Authorizing(may, request);
}

const k = 'kubernetes.authorization';

/** The functions of Kubernetes' library for authorization. */
export function rights(environment: Environment): Environment {
  const narrowed =
    (field: 'subresource' | 'namespace' | 'name' | 'fieldSelector' | 'labelSelector') =>
    ({ may, asked }: ResourceRights, value: string) =>
      new ResourceRights(may, { ...asked, [field]: value });
  const check = ({ may, asked }: Rights, verb: string): Decision => new Decision(may({ ...asked, verb }));
  return environment
    .registerType(`${k}.PathCheck`, { ctor: PathRights, fields: {} })
    .registerType(`${k}.GroupCheck`, { ctor: GroupRights, fields: {} })
    .registerType(`${k}.ResourceCheck`, { ctor: ResourceRights, fields: {} })
    .registerType(`${k}.Decision`, { ctor: Decision, fields: {} })
    .registerType(`${k}.Authorizer`, {
      ctor: Authorizing,
      fields: { requestResource: `${k}.ResourceCheck` },
    })
    .registerFunction(
      `${k}.Authorizer.path(string): ${k}.PathCheck`,
      ({ may, asked }: Rights, path: string) => new PathRights(may, { ...asked, path }),
    )
    .registerFunction(
      `${k}.Authorizer.group(string): ${k}.GroupCheck`,
      ({ may, asked }: Rights, group: string) => new GroupRights(may, { ...asked, group }),
    )
    .registerFunction(
      `${k}.Authorizer.serviceAccount(string, string): ${k}.Authorizer`,
      ({ may, requestResource }: Authorizing, namespace: string, name: string) =>
        new Authorizing(may, requestResource.asked, { account: { namespace, name } }),
    )
    .registerFunction(
      `${k}.GroupCheck.resource(string): ${k}.ResourceCheck`,
      ({ may, asked }: Rights, resource: string) => new ResourceRights(may, { ...asked, resource }),
    )
    .registerFunction(`${k}.ResourceCheck.subresource(string): ${k}.ResourceCheck`, narrowed('subresource'))
    .registerFunction(`${k}.ResourceCheck.namespace(string): ${k}.ResourceCheck`, narrowed('namespace'))
    .registerFunction(`${k}.ResourceCheck.name(string): ${k}.ResourceCheck`, narrowed('name'))
    .registerFunction(
      `${k}.ResourceCheck.fieldSelector(string): ${k}.ResourceCheck`,
      narrowed('fieldSelector'),
    )
    .registerFunction(
      `${k}.ResourceCheck.labelSelector(string): ${k}.ResourceCheck`,
      narrowed('labelSelector'),
    )
    .registerFunction(`${k}.ResourceCheck.check(string): ${k}.Decision`, check)
    .registerFunction(`${k}.PathCheck.check(string): ${k}.Decision`, check)
    .registerFunction(`${k}.Decision.allowed(): bool`, ({ allowed }: Decision) => allowed)
    .registerFunction(`${k}.Decision.reason(): string`, ({ reason }: Decision) => reason)
    .registerFunction(`${k}.Decision.errored(): bool`, () => false)
    .registerFunction(`${k}.Decision.error(): string`, () => '');
}
