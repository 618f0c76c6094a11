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
  /** Whose rights; absent: those of whoever makes the request. */
  readonly account?: { readonly namespace: string; readonly name: string };
}

type May = (question: Question) => { readonly allowed: boolean; readonly reason: string };
type Asked = Omit<Question, 'verb'>;

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

/** The value of `authorizer` in an expression. */
export function authorizing(may: May): unknown {
  return new Rights(may, {});
}

const k = 'kubernetes.authorization';

/** The functions of Kubernetes' library for authorization. */
export function rights(environment: Environment): Environment {
  const narrowed =
    (field: 'subresource' | 'namespace' | 'name') =>
    ({ may, asked }: ResourceRights, value: string) =>
      new ResourceRights(may, { ...asked, [field]: value });
  const check = ({ may, asked }: Rights, verb: string): Decision => new Decision(may({ ...asked, verb }));
  return environment
    .registerType(`${k}.Authorizer`, { ctor: Rights })
    .registerType(`${k}.PathCheck`, { ctor: PathRights })
    .registerType(`${k}.GroupCheck`, { ctor: GroupRights })
    .registerType(`${k}.ResourceCheck`, { ctor: ResourceRights })
    .registerType(`${k}.Decision`, { ctor: Decision })
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
      ({ may }: Rights, namespace: string, name: string) => new Rights(may, { account: { namespace, name } }),
    )
    .registerFunction(
      `${k}.GroupCheck.resource(string): ${k}.ResourceCheck`,
      ({ may, asked }: Rights, resource: string) => new ResourceRights(may, { ...asked, resource }),
    )
    .registerFunction(`${k}.ResourceCheck.subresource(string): ${k}.ResourceCheck`, narrowed('subresource'))
    .registerFunction(`${k}.ResourceCheck.namespace(string): ${k}.ResourceCheck`, narrowed('namespace'))
    .registerFunction(`${k}.ResourceCheck.name(string): ${k}.ResourceCheck`, narrowed('name'))
    .registerFunction(`${k}.ResourceCheck.check(string): ${k}.Decision`, check)
    .registerFunction(`${k}.PathCheck.check(string): ${k}.Decision`, check)
    .registerFunction(`${k}.Decision.allowed(): bool`, ({ allowed }: Decision) => allowed)
    .registerFunction(`${k}.Decision.reason(): string`, ({ reason }: Decision) => reason)
    .registerFunction(`${k}.Decision.errored(): bool`, () => false)
    .registerFunction(`${k}.Decision.error(): string`, () => '');
}
