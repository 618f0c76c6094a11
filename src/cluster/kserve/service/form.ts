import { canonicalQuantity } from '../../meta/index.ts';
import { type Fields, fieldsOf, isFields } from '../untyped.ts';
import { frameworks } from './implementations.ts';

const containerLists = ['containers', 'initContainers'];

/**
 * The spec as KServe's webhook writes it back: fields that are always written are there though empty, quantities stand in their
 * canonical form. What is of a wrong type stays as it is.
 */
export function inStoredForm(spec: Fields): Fields {
  const result: Record<string, unknown> = { predictor: {}, ...spec };
  for (const part of ['predictor', 'transformer', 'explainer']) {
    if (isFields(result[part])) result[part] = componentForm(result[part]);
  }
  const { canary } = result;
  if (Array.isArray(canary)) result['canary'] = (canary as readonly unknown[]).map(canaryForm);
  return result;
}

function canaryForm(one: unknown): unknown {
  if (!isFields(one)) return one;
  const predictor = one['predictor'] ?? {};
  return { trafficPercent: 0, ...one, predictor: isFields(predictor) ? componentForm(predictor) : predictor };
}

function componentForm(component: Fields): Fields {
  const result: Record<string, unknown> = podForm(component);
  for (const key of [...frameworks, 'art', 'model']) {
    if (isFields(result[key])) result[key] = containerForm(result[key]);
  }
  if (isFields(result['model'])) result['model'] = modelForm(result['model']);
  if (isFields(result['art'])) result['art'] = { type: '', ...result['art'] };
  if (isFields(result['workerSpec'])) result['workerSpec'] = podForm(result['workerSpec']);
  return result;
}

function modelForm(model: Fields): Fields {
  const format = model['modelFormat'] ?? {};
  return { ...model, modelFormat: isFields(format) ? { name: '', ...format } : format };
}

function podForm(pod: Fields): Record<string, unknown> {
  const result: Record<string, unknown> = { ...pod };
  for (const key of containerLists) {
    const list = result[key];
    if (Array.isArray(list)) {
      result[key] = (list as readonly unknown[]).map(one => (isFields(one) ? containerForm(one) : one));
    }
  }
  return result;
}

function containerForm(container: Fields): Fields {
  const resources = container['resources'] ?? {};
  return { name: '', ...container, resources: isFields(resources) ? resourcesForm(resources) : resources };
}

function resourcesForm(resources: Fields): Fields {
  const result: Record<string, unknown> = { ...resources };
  for (const key of ['limits', 'requests']) {
    const amounts = fieldsOf(result[key]);
    if (amounts === undefined) continue;
    result[key] = Object.fromEntries(
      Object.entries(amounts).map(([name, amount]) => [name, quantityForm(amount)]),
    );
  }
  return result;
}

function quantityForm(amount: unknown): unknown {
  if (typeof amount !== 'string' && typeof amount !== 'number') return amount;
  return canonicalQuantity(amount) ?? amount;
}

const pointers = ['storageUri', 'runtimeVersion', 'protocolVersion', 'name', 'resources'];

/** What is left of an old key's fields when they are written anew: those that are empty go. */
export function withoutEmpty(spec: Fields): Fields {
  const kept = Object.entries(spec).filter(([key, value]) => pointers.includes(key) || !isEmpty(value));
  return Object.fromEntries(kept.filter(([, value]) => value !== null));
}

function isEmpty(value: unknown): boolean {
  return value === '' || value === false || value === 0 || (Array.isArray(value) && value.length === 0);
}
