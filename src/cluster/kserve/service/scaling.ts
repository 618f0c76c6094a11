import { compareQuantities, parseQuantity, type Quantity } from '../../meta/index.ts';
import { type Fields, fieldsOf, itemsOf, numberOf, textOf } from '../untyped.ts';
import { type Fault, firstFault } from '../webhooks.ts';
import { modeAnnotation } from './defaults.ts';

/** What a component's scaling breaks; which rules count is said by annotations. */
export function scalingFault(component: Fields, annotations: Readonly<Record<string, string>>): Fault {
  if (annotations[modeAnnotation] === 'Standard') {
    const autoscaler = annotations['serving.kserve.io/autoscalerClass'];
    if (autoscaler === 'hpa') return hpaFault(component);
    return autoscaler === 'keda' ? kedaFault(component) : undefined;
  }
  const knative = annotations['autoscaling.knative.dev/class'];
  return knative === 'hpa.autoscaling.knative.dev' ? hpaFault(component) : kpaFault(component);
}

const percentage = 'the target utilization percentage should be a [1-100] integer';

/** That a target above 100 is refused for memory too is what KServe does. */
function hpaFault(component: Fields): Fault {
  const metric = textOf(component['scaleMetric']) ?? 'cpu';
  if (metric !== 'cpu' && metric !== 'memory') return `[${metric}] is not a supported metric`;
  const target = numberOf(component['scaleTarget']);
  if (target !== undefined) {
    if ((metric === 'cpu' && target < 1) || target > 100) return percentage;
    if (target < 1) return 'the target memory should be greater than 1 MiB';
  }
  return firstFault(metricsOf(component).map(one => () => hpaMetricFault(one)));
}

function metricsOf(component: Fields): readonly Fields[] {
  return itemsOf(fieldsOf(component['autoScaling'])?.['metrics']);
}

function hpaMetricFault(metric: Fields): Fault {
  const type = textOf(metric['type']) ?? '';
  if (type !== 'Resource') {
    return `invalid HPA metric source type with value [${type}],valid metric source types are Resource`;
  }
  if (fieldsOf(metric['resource']) !== undefined) return undefined;
  return 'metricSpec.Resource is not set for resource metric source type';
}

function kpaFault(component: Fields): Fault {
  if (fieldsOf(component['deploymentStrategy']) !== undefined) {
    return 'customizing deploymentStrategy is only supported for raw deployment mode';
  }
  const metric = textOf(component['scaleMetric']) ?? 'concurrency';
  if (metric !== 'concurrency' && metric !== 'rps') return `[${metric}] is not a supported metric`;
  const target = numberOf(component['scaleTarget']);
  if (metric !== 'rps' || target === undefined || target >= 1) return undefined;
  return 'the target for rps should be greater than 1';
}

function kedaFault(component: Fields): Fault {
  if ((component['scaleMetric'] ?? undefined) !== undefined) return 'ScaleMetric is not supported for KEDA';
  return firstFault(metricsOf(component).map(one => () => kedaMetricFault(one)));
}

function kedaMetricFault(metric: Fields): Fault {
  const type = textOf(metric['type']) ?? '';
  if (type === 'Resource') return kedaResourceFault(fieldsOf(metric['resource']));
  if (type === 'External') return kedaQueryFault('External', fieldsOf(metric['external']));
  if (type === 'PodMetric') return kedaQueryFault('PodMetric', fieldsOf(metric['podmetric']));
  return `unknown KEDA metric type with value [${type}].Valid types are Resource,External,PodMetric`;
}

function kedaResourceFault(resource: Fields | undefined): Fault {
  if (resource === undefined) return 'metricSpec.Resource is not set for resource metric source type';
  const target = fieldsOf(resource['target']) ?? {};
  const type = textOf(target['type']) ?? '';
  const name = textOf(resource['name']) ?? '';
  if (name === 'cpu' && type !== 'Utilization') return 'the cpu target value type should be Utilization';
  if (name === 'memory' && type !== 'AverageValue' && type !== 'Utilization') {
    return 'the memory target value type should be AverageValue or Utilization';
  }
  if (name === 'memory' && type === 'AverageValue' && isBelowOneMebibyte(target['averageValue'])) {
    return 'the memory target value should be greater than 1 MiB';
  }
  if (name !== 'cpu' && name !== 'memory') return `resource type ${name} is not supported`;
  return targetFault(target);
}

function isBelowOneMebibyte(value: unknown): boolean {
  const said = typeof value === 'string' || typeof value === 'number' ? value : 0;
  const quantity = parseQuantity(String(said));
  return quantity !== undefined && compareQuantities(quantity, parseQuantity('1Mi') as Quantity) < 0;
}

function kedaQueryFault(sort: 'External' | 'PodMetric', source: Fields | undefined): Fault {
  const words = sort === 'External' ? 'external' : 'pod';
  if (source === undefined) return `metricSpec.${sort} is not set for ${words} metric source type`;
  const target = fieldsOf(source['target']) ?? {};
  if ((textOf(fieldsOf(source['metric'])?.['query']) ?? '') === '') return 'the query should not be empty';
  if ((target['value'] ?? undefined) === undefined) return 'the target threshold value should not be empty';
  return targetFault(target);
}

const valueOfType: Readonly<Record<string, string>> = {
  Utilization: 'averageUtilization',
  AverageValue: 'averageValue',
  Value: 'value',
};

function targetFault(target: Fields): Fault {
  const type = textOf(target['type']) ?? '';
  const key = valueOfType[type];
  if (key === undefined) return undefined;
  const value = target[key] ?? undefined;
  if (value === undefined)
    return `the ${type === 'Utilization' ? 'AverageUtilization' : type} type should be set`;
  const share = type === 'Utilization' ? (numberOf(value) ?? 0) : 1;
  return share < 1 || share > 100 ? percentage : undefined;
}
