import {
  type FieldError,
  forbiddenField,
  invalidValue,
  type KubeObject,
  parseQuantity,
  pathSegmentFaults,
  requiredValue,
  signOf,
} from '../../../meta/index.ts';
import type { Rules } from '../../kind.ts';
import { among, dnsLabel, faulty, notNegative, quantityNotNegative } from '../checks.ts';
import { declared } from '../declared.ts';
import { filled, specOf, statusOf, withSpec } from '../filling.ts';
import { containerResourceName } from '../pod/resources.ts';
import { updates, withStatus } from '../strategy.ts';

interface Reference {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name?: string;
}

interface Target {
  readonly type?: string;
  readonly value?: string;
  readonly averageValue?: string;
  readonly averageUtilization?: number;
}

interface Source {
  readonly name?: string;
  readonly container?: string;
  readonly metric?: { readonly name?: string };
  readonly describedObject?: Reference;
  readonly target?: Target;
}

const metricNames = ['object', 'external', 'pods', 'resource', 'containerResource'] as const;
type MetricName = (typeof metricNames)[number];
type Metric = { readonly type?: string } & { readonly [Name in MetricName]?: Source };

interface ScalingRules {
  readonly stabilizationWindowSeconds?: number;
  readonly selectPolicy?: string;
  readonly policies?: readonly {
    readonly type?: string;
    readonly value?: number;
    readonly periodSeconds?: number;
  }[];
  readonly tolerance?: string;
}

interface ScalerSpec {
  readonly scaleTargetRef?: Reference;
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly metrics?: readonly Metric[];
  readonly behavior?: { readonly scaleUp?: ScalingRules; readonly scaleDown?: ScalingRules };
}

const emptyStatus = { desiredReplicas: 0, currentMetrics: null };

/** Rules of HorizontalPodAutoscaler (autoscaling/v2). */
export const horizontalpodautoscalers: Rules = {
  complete: object => filled<KubeObject>(withSpec<ScalerSpec>(object, completeSpec), { status: emptyStatus }),
  ...withStatus(emptyStatus),
  validateCreate: object => [...errorsOf(object), ...groupErrors(object)],
  ...updates(
    (object, old) => [...errorsOf(object), ...(groupErrors(old).length > 0 ? [] : groupErrors(object))],
    object => {
      const status = statusOf<Record<string, number | undefined>>(object);
      return ['currentReplicas', 'desiredReplicas'].flatMap(name =>
        notNegative(status[name], `status.${name}`),
      );
    },
  ),
};

const usualMetric: Metric = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};
const upRules: ScalingRules = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
};
const downRules: ScalingRules = {
  selectPolicy: 'Max',
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
};

function completeSpec(spec: ScalerSpec): ScalerSpec {
  let next = filled(spec, { minReplicas: 1 });
  if ((next.metrics ?? []).length === 0) next = { ...next, metrics: [usualMetric] };
  if (next.behavior === undefined) return next;
  const { scaleUp = {}, scaleDown = {} } = next.behavior;
  const [up, down] = [filled(scaleUp, upRules), filled(scaleDown, downRules)];
  if (up === next.behavior.scaleUp && down === next.behavior.scaleDown) return next;
  return { ...next, behavior: { ...next.behavior, scaleUp: up, scaleDown: down } };
}

/** What is scaled is in a named group, but for the one kind that is not; older objects may go on as they are. */
function groupErrors(object: KubeObject, old?: KubeObject): FieldError[] {
  const { apiVersion = '', kind } = specOf<ScalerSpec>(object).scaleTargetRef ?? {};
  const before = old === undefined ? undefined : specOf<ScalerSpec>(old).scaleTargetRef;
  if (apiVersion.includes('/') || kind === 'ReplicationController') return [];
  if (before !== undefined && before.apiVersion === apiVersion && before.kind === kind) return [];
  return [invalidValue('spec.scaleTargetRef.apiVersion', apiVersion, 'apiVersion must specify API group')];
}

function errorsOf(object: KubeObject): FieldError[] {
  const spec = specOf<ScalerSpec>(object);
  const { minReplicas, maxReplicas = 0, metrics = [], behavior = {} } = spec;
  const field = 'spec.maxReplicas';
  const errors = lowestErrors(minReplicas, 'spec.minReplicas');
  if (maxReplicas === 0) errors.push(...declared([requiredValue(field)]));
  else if (maxReplicas < 0)
    errors.push(...declared([invalidValue(field, maxReplicas, 'must be greater than or equal to 1')]));
  if (minReplicas !== undefined && maxReplicas < minReplicas) {
    errors.push(invalidValue(field, maxReplicas, 'must be greater than or equal to `minReplicas`'));
  }
  return [
    ...errors,
    ...referenceErrors(spec.scaleTargetRef ?? {}, 'spec.scaleTargetRef'),
    ...metrics.flatMap((metric, index) => metricErrors(metric, `spec.metrics[${index}]`)),
    ...(minReplicas === 0 && !metrics.some(one => one.type === 'Object' || one.type === 'External')
      ? [forbiddenField('spec.metrics', zeroFault)]
      : []),
    ...scalingErrors(behavior.scaleUp, 'spec.behavior.scaleUp'),
    ...scalingErrors(behavior.scaleDown, 'spec.behavior.scaleDown'),
  ];
}

const zeroFault = 'must specify at least one Object or External metric to support scaling to zero replicas';
/** Scaling to none is on by default in this version. */
const lowestReplicas = 0;

function lowestErrors(value: number | undefined, field: string): FieldError[] {
  if (value === undefined || value >= lowestReplicas) return [];
  return declared([invalidValue(field, value, `must be greater than or equal to ${lowestReplicas}`)]);
}

function referenceErrors({ kind = '', name = '', apiVersion = '' }: Reference, field: string): FieldError[] {
  return [
    ...segment(kind, `${field}.kind`),
    ...segment(name, `${field}.name`),
    ...(apiVersion.split('/').length > 2
      ? [invalidValue(`${field}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
      : []),
  ];
}

function segment(value: string, field: string): FieldError[] {
  return value === '' ? [requiredValue(field)] : faulty(pathSegmentFaults(value), field, value);
}

const metricTypes = ['ContainerResource', 'External', 'Object', 'Pods', 'Resource'];

function metricErrors(metric: Metric, field: string): FieldError[] {
  const { type = '' } = metric;
  const errors = type === '' ? [requiredValue(`${field}.type`, 'must specify a metric source type')] : [];
  errors.push(...among(type, metricTypes, `${field}.type`));
  const present = metricNames.filter(name => metric[name] !== undefined);
  const [first] = present;
  if (first !== undefined) errors.push(...sourceErrors(first, metric[first] ?? {}, `${field}.${first}`));
  const expected = type === '' ? '' : `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  if (metricTypes.includes(type) && !present.some(name => name === expected)) {
    errors.push(
      requiredValue(`${field}.${expected}`, 'must populate information for the given metric source'),
    );
  }
  if (present.length === 1) return errors;
  for (const name of present.filter(one => one !== expected)) {
    errors.push(forbiddenField(`${field}.${name}`, 'must populate the given metric source only'));
  }
  return errors;
}

function sourceErrors(name: MetricName, source: Source, field: string): FieldError[] {
  const { target = {}, metric = {} } = source;
  const errors = targetErrors(target, `${field}.target`);
  const identified =
    (metric.name ?? '') === ''
      ? [requiredValue(`${field}.metric.name`, 'must specify a metric name')]
      : segment(metric.name ?? '', `${field}.metric.name`);
  switch (name) {
    case 'object':
      return [
        ...referenceErrors(source.describedObject ?? {}, `${field}.describedObject`),
        ...identified,
        ...errors,
        ...valueNeeded(target, field, 'must set either a target value or averageValue'),
      ];
    case 'external':
      return [
        ...identified,
        ...errors,
        ...valueNeeded(target, field, 'must set either a target value for metric or a per-pod target'),
        ...(target.value !== undefined && target.averageValue !== undefined
          ? [
              forbiddenField(
                `${field}.target.value`,
                'may not set both a target value for metric and a per-pod target',
              ),
            ]
          : []),
      ];
    case 'pods':
      return [
        ...identified,
        ...errors,
        ...(target.averageValue === undefined
          ? [requiredValue(`${field}.target.averageValue`, 'must specify a positive target averageValue')]
          : []),
      ];
    case 'resource':
    case 'containerResource':
      return [
        ...resourceNameErrors(name, source, field),
        ...errors,
        ...usageErrors(target, `${field}.target`),
      ];
  }
}

function valueNeeded({ value, averageValue }: Target, field: string, detail: string): FieldError[] {
  const given = value !== undefined || averageValue !== undefined;
  return given ? [] : [requiredValue(`${field}.target.averageValue`, detail)];
}

function resourceNameErrors(name: MetricName, source: Source, field: string): FieldError[] {
  const { name: resource = '', container = '' } = source;
  const errors = resource === '' ? [requiredValue(`${field}.name`, 'must specify a resource name')] : [];
  if (name === 'resource') return errors;
  if (resource !== '') errors.push(...containerResourceName(resource, `${field}.name`));
  if (container === '') return [...errors, requiredValue(`${field}.container`, 'must specify a container')];
  return [...errors, ...dnsLabel(container, `${field}.container`)];
}

function usageErrors({ averageUtilization: share, averageValue }: Target, field: string): FieldError[] {
  if (share === undefined && averageValue === undefined) {
    const detail = 'must set either a target raw value or a target utilization';
    return [requiredValue(`${field}.averageUtilization`, detail)];
  }
  if (share === undefined || averageValue === undefined) return [];
  return [
    forbiddenField(`${field}.averageValue`, 'may not set both a target raw value and a target utilization'),
  ];
}

function targetErrors(target: Target, field: string): FieldError[] {
  const { type = '', averageUtilization: share } = target;
  const errors = type === '' ? [requiredValue(`${field}.type`, 'must specify a metric target type')] : [];
  if (!['Utilization', 'Value', 'AverageValue'].includes(type)) {
    errors.push(invalidValue(`${field}.type`, type, 'must be either Utilization, Value, or AverageValue'));
  }
  for (const name of ['value', 'averageValue'] as const) {
    const quantity = target[name] === undefined ? undefined : parseQuantity(target[name]);
    if (quantity === undefined || signOf(quantity) > 0) continue;
    errors.push(invalidValue(`${field}.${name}`, target[name], 'must be positive'));
  }
  if (share !== undefined && share < 1) {
    errors.push(invalidValue(`${field}.averageUtilization`, share, 'must be greater than 0'));
  }
  return errors;
}

const longestWindow = 3600;
const longestPeriod = 1800;

function scalingErrors(rules: ScalingRules | undefined, field: string): FieldError[] {
  if (rules === undefined) return [];
  const { stabilizationWindowSeconds: window, selectPolicy, policies = [], tolerance } = rules;
  const at = `${field}.stabilizationWindowSeconds`;
  const errors: FieldError[] = [];
  if (window !== undefined && window < 0) {
    errors.push(invalidValue(at, window, 'must be greater than or equal to zero'));
  }
  if (window !== undefined && window > longestWindow) {
    errors.push(invalidValue(at, window, `must be less than or equal to ${longestWindow}`));
  }
  if (selectPolicy !== undefined) {
    errors.push(...among(selectPolicy, ['Disabled', 'Max', 'Min'], `${field}.selectPolicy`));
  }
  if (policies.length === 0)
    errors.push(requiredValue(`${field}.policies`, 'must specify at least one Policy'));
  for (const [index, { type = '', value = 0, periodSeconds = 0 }] of policies.entries()) {
    const place = `${field}.policies[${index}]`;
    errors.push(...among(type, ['Percent', 'Pods'], `${place}.type`));
    if (value <= 0) errors.push(invalidValue(`${place}.value`, value, 'must be greater than zero'));
    if (periodSeconds <= 0) {
      errors.push(invalidValue(`${place}.periodSeconds`, periodSeconds, 'must be greater than zero'));
    }
    if (periodSeconds > longestPeriod) {
      const detail = `must be less than or equal to ${longestPeriod}`;
      errors.push(invalidValue(`${place}.periodSeconds`, periodSeconds, detail));
    }
  }
  return tolerance === undefined
    ? errors
    : [...errors, ...quantityNotNegative(tolerance, `${field}.tolerance`)];
}
