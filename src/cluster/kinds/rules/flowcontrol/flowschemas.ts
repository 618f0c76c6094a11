import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  labelFaults,
  requiredValue,
  subdomainFaults,
  unsupportedValue,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { faulty, required } from '../checks.ts';
import { filledZero, specOf, withSpec } from '../filling.ts';
import { updates, withStatus } from '../strategy.ts';
import { conditionErrors } from './conditions.ts';

interface Subject {
  readonly kind?: string;
  readonly user?: { readonly name?: string };
  readonly group?: { readonly name?: string };
  readonly serviceAccount?: { readonly namespace?: string; readonly name?: string };
}

interface ResourceRule {
  readonly verbs?: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly clusterScope?: boolean;
  readonly namespaces?: readonly string[];
}

interface PathRule {
  readonly verbs?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

interface Rule {
  readonly subjects?: readonly Subject[];
  readonly resourceRules?: readonly ResourceRule[];
  readonly nonResourceRules?: readonly PathRule[];
}

interface SchemaSpec {
  readonly matchingPrecedence?: number;
  readonly priorityLevelConfiguration?: { readonly name?: string };
  readonly distinguisherMethod?: { readonly type?: string };
  readonly rules?: readonly Rule[];
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update', 'watch'];
const last = 10_000;

/** Rules of FlowSchema. */
export const flowschemas: Rules = {
  complete: object => withSpec<SchemaSpec>(object, spec => filledZero(spec, { matchingPrecedence: 1000 })),
  ...withStatus({}),
  validateCreate: errorsOf,
  ...updates(errorsOf, conditionErrors),
};

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<SchemaSpec>(object);
  const { distinguisherMethod: method, priorityLevelConfiguration: level = {}, rules = [] } = spec;
  const at = 'spec.priorityLevelConfiguration.name';
  const ways = ['ByNamespace', 'ByUser'];
  const way = 'spec.distinguisherMethod.type';
  return [
    ...precedenceErrors(object.metadata.name, spec.matchingPrecedence ?? 0),
    ...(method === undefined || ways.includes(method.type ?? '')
      ? []
      : [unsupportedValue(way, method.type ?? '', ways)]),
    ...required(level.name, at, 'must reference a priority level'),
    ...(level.name === undefined || level.name === ''
      ? []
      : faulty(subdomainFaults(level.name), at, level.name)),
    ...rules.flatMap((rule, index) => ruleErrors(rule, `spec.rules[${index}]`)),
  ];
}

function precedenceErrors(name: string | undefined, precedence: number): FieldError[] {
  const wrong = (detail: string): FieldError[] => [
    invalidValue('spec.matchingPrecedence', precedence, detail),
  ];
  if (precedence <= 0) return wrong('must be a positive value');
  if (precedence > last) return wrong(`must not be greater than ${last}`);
  if (precedence > 1 || name === 'exempt') return [];
  return wrong("only the schema named 'exempt' may have matchingPrecedence 1");
}

function ruleErrors(
  { subjects = [], resourceRules = [], nonResourceRules = [] }: Rule,
  field: string,
): FieldError[] {
  const empty = resourceRules.length + nonResourceRules.length === 0;
  const detail = 'at least one of resourceRules and nonResourceRules has to be non-empty';
  return [
    ...(subjects.length === 0
      ? [requiredValue(`${field}.subjects`, 'subjects must contain at least one value')]
      : []),
    ...subjects.flatMap((one, index) => subjectErrors(one, `${field}.subjects[${index}]`)),
    ...(empty ? [requiredValue(field, detail)] : []),
    ...resourceRules.flatMap((one, index) => resourceErrors(one, `${field}.resourceRules[${index}]`)),
    ...nonResourceRules.flatMap((one, index) => pathErrors(one, `${field}.nonResourceRules[${index}]`)),
  ];
}

const subjectFields = { Group: 'group', ServiceAccount: 'serviceAccount', User: 'user' } as const;

function subjectErrors(subject: Subject, field: string): FieldError[] {
  const { kind = '' } = subject;
  const kinds = Object.keys(subjectFields);
  if (!kinds.includes(kind)) return [unsupportedValue(`${field}.kind`, kind, kinds)];
  return Object.entries(subjectFields).flatMap(([other, name]) => {
    const at = `${field}.${name}`;
    const value = subject[name];
    if (other !== kind) {
      const detail = `${name} is forbidden when subject kind is not '${other}'`;
      return value === undefined ? [] : [forbiddenField(at, detail)];
    }
    if (value === undefined)
      return [requiredValue(at, `${name} is required when subject kind is '${other}'`)];
    return name === 'serviceAccount' ? accountErrors(value, at) : required(value.name, `${at}.name`);
  });
}

function accountErrors(
  { namespace = '', name = '' }: NonNullable<Subject['serviceAccount']>,
  field: string,
): FieldError[] {
  const at = `${field}.namespace`;
  return [
    ...required(name, `${field}.name`),
    ...(name === '' || name === '*' ? [] : faulty(subdomainFaults(name), `${field}.name`, name)),
    ...required(namespace, at, 'must specify namespace for service account'),
    ...(namespace === '' ? [] : faulty(labelFaults(namespace), at, namespace)),
  ];
}

/** A list that is not empty, and in which `*` stands alone. */
function wildErrors(values: readonly string[], field: string, name: string): FieldError[] {
  const at = `${field}.${name}`;
  if (values.length === 0) return [requiredValue(at, `${name} must contain at least one value`)];
  if (!values.includes('*') || values.length === 1) return [];
  return [invalidValue(at, values, `if '*' is present, must not specify other ${name}`)];
}

function verbErrors(list: readonly string[], field: string): FieldError[] {
  const unknown = !list.includes('*') && list.some(verb => !verbs.includes(verb));
  return [
    ...wildErrors(list, field, 'verbs'),
    ...(unknown ? [unsupportedValue(`${field}.verbs`, list, verbs)] : []),
  ];
}

function resourceErrors(rule: ResourceRule, field: string): FieldError[] {
  const { apiGroups = [], resources = [], namespaces = [], clusterScope = false } = rule;
  const nowhere = namespaces.length === 0 && !clusterScope;
  const detail = 'resource rules that are not cluster scoped must supply at least one namespace';
  const intro = "each member of this list must be '*' or a DNS-1123 label; ";
  return [
    ...verbErrors(rule.verbs ?? [], field),
    ...wildErrors(apiGroups, field, 'apiGroups'),
    ...wildErrors(resources, field, 'resources'),
    ...(nowhere ? [requiredValue(`${field}.namespaces`, detail)] : []),
    ...(namespaces.includes('*') ? wildErrors(namespaces, field, 'namespaces') : []),
    ...namespaces.flatMap((one, index) =>
      one === '*'
        ? []
        : labelFaults(one).map(fault => invalidValue(`${field}.namespaces[${index}]`, one, intro + fault)),
    ),
  ];
}

function pathErrors(
  { verbs: asked = [], nonResourceURLs: paths = [] }: PathRule,
  field: string,
): FieldError[] {
  const name = 'nonResourceURLs';
  return [
    ...verbErrors(asked, field),
    ...wildErrors(paths, field, name),
    ...paths.flatMap((path, index) => {
      const fault = path === '*' ? undefined : pathFault(path);
      return fault === undefined ? [] : [invalidValue(`${field}.${name}[${index}]`, path, fault)];
    }),
  ];
}

function pathFault(path: string): string | undefined {
  if (path === '') return 'must not be empty';
  if (!path.startsWith('/')) return 'must start with slash';
  if (path.includes(' ')) return 'must not contain white-space';
  if (path.includes('//')) return 'must not contain double slash';
  const stars = path.split('*').length - 1;
  return stars === 0 || (stars === 1 && path.endsWith('/*'))
    ? undefined
    : 'wildcard can only do suffix matching';
}
