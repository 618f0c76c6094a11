import { addQuantities, compareQuantities, parseQuantity, type Quantity } from '../../../meta/index.ts';
import type { Container, InferenceService } from '../shapes.ts';
import type { TrainedModel } from './shapes.ts';

const nothing = parseQuantity('0') as Quantity;

/** Whether an InferenceService is made to serve several models: it has none of its own. */
export function servesSeveral({ spec }: InferenceService): boolean {
  const { model, containers = [], storageUris = [] } = spec.predictor;
  if (containers.length > 0) {
    return (
      containers[0]?.env?.some(one => one.name === 'MULTI_MODEL_SERVER' && one.value === 'true') ?? false
    );
  }
  if (model === undefined || model.modelFormat.name === 'huggingface') return false;
  return model.storageUri === undefined && model.storage === undefined && storageUris.length === 0;
}

/** Models that have a place in the memory of a server: those that have it already, then the oldest, while there is room. Pure. */
export function placed(
  models: readonly TrainedModel[],
  parent: InferenceService,
  has: (model: TrainedModel) => boolean,
): ReadonlySet<TrainedModel> {
  const limit = parseQuantity(memoryOf(parent)) ?? nothing;
  const before = models.filter(has);
  let used = before.reduce((sum, model) => addQuantities(sum, requested(model)), nothing);
  const result = new Set<TrainedModel>();
  for (const model of models) {
    const sum = has(model) ? used : addQuantities(used, requested(model));
    if (compareQuantities(limit, sum) < 0) continue;
    used = sum;
    result.add(model);
  }
  return result;
}

function requested({ spec }: TrainedModel): Quantity {
  return parseQuantity(spec.model.memory) ?? nothing;
}

/** What the server may use at most; a server of which nothing is said has no room. */
function memoryOf({ spec }: InferenceService): string {
  const { model, containers = [] } = spec.predictor;
  const container: Partial<Container> = model ?? containers[0] ?? {};
  return container.resources?.limits?.['memory'] ?? '0';
}

/** The path at which a model is asked. */
export function pathOf(name: string, { spec }: InferenceService): string {
  const { model, containers = [] } = spec.predictor;
  const said = containers[0]?.env?.find(one => one.name === 'PROTOCOL')?.value;
  const protocol = model?.protocolVersion ?? said ?? 'v1';
  if (protocol === 'v2') return `/v2/models/${name}/infer`;
  return protocol === 'v1' ? `/v1/models/${name}:predict` : '';
}
