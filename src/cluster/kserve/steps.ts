import type { Admission, AdmissionRequest, Lookup } from '../admission/index.ts';
import type { KubeObject } from '../meta/index.ts';
import { configurationCheck } from './config/check.ts';
import { LiveConfiguration } from './config/live.ts';
import type { Configuration } from './config/shape.ts';
import { graphFault } from './graphs.ts';
import { configMapPlace, installedConfiguration } from './installed/objects.ts';
import { podStep } from './pods/step.ts';
import { runtimeFault } from './runtimes.ts';
import { defaulted } from './service/defaults.ts';
import { ignoredStep, isNew } from './service/ignored.ts';
import { surprisesOf } from './service/surprises.ts';
import { typeFault } from './service/unreadable.ts';
import { changeFault, serviceFault } from './service/validate.ts';
import { trainedModelFault } from './trainedmodels.ts';
import { fieldsOf } from './untyped.ts';
import { notServedYet } from './waiting.ts';
import { type Fault, unreadable, validator, writes } from './webhooks.ts';

const services = 'serving.kserve.io/inferenceservices';
const runtimes = 'serving.kserve.io/servingruntimes';
const clusterRuntimes = 'serving.kserve.io/clusterservingruntimes';

/**
 * What KServe's webhooks do, as steps of admission: defaults and rules of InferenceServices, runtimes, TrainedModels and
 * InferenceGraphs, with KServe 0.20's answers. A denial is a StatusError 403, what cannot be read one of 400. Defaults are those of
 * the ConfigMap `inferenceservice-config`, and of `installed` where there is none.
 */
export function kserveAdmission(lookup: Lookup, installed = installedConfiguration): Admission[] {
  const live = new LiveConfiguration(installed);
  const { namespace: place, name: map } = configMapPlace;
  const configuration = (): Configuration => live.take(lookup.get('configmaps', place, map));
  const accelerators = (): readonly string[] => configuration().multiNode.customGPUResourceTypeList;
  const others = (resource: string, object: KubeObject): Fault => {
    const { namespace } = object.metadata;
    return runtimeFault(object, lookup.list(resource, namespace), accelerators());
  };
  return [
    configurationCheck,
    notServedYet,
    serviceDefaulter(configuration),
    podStep(lookup, configuration),
    validator('inferenceservice.kserve-webhook-server.validator', services, (object, request) =>
      serviceCheck(object, request, accelerators()),
    ),
    ignoredStep(services, configuration),
    validator(
      'trainedmodel.kserve-webhook-server.validator',
      'serving.kserve.io/trainedmodels',
      (object, { old }) => trainedModelFault(object, old),
    ),
    validator(
      'inferencegraph.kserve-webhook-server.validator',
      'serving.kserve.io/inferencegraphs',
      graphFault,
    ),
    validator(
      'servingruntime.kserve-webhook-server.validator',
      runtimes,
      object => others(runtimes, object),
      false,
    ),
    validator(
      'clusterservingruntime.kserve-webhook-server.validator',
      clusterRuntimes,
      object => others(clusterRuntimes, object),
      false,
    ),
  ];
}

function serviceDefaulter(configuration: () => Configuration): Admission {
  const name = 'inferenceservice.kserve-webhook-server.defaulter';
  return {
    name,
    concerns: request => writes(request, services),
    mutate: request => {
      const object = request.object as KubeObject;
      const fault = typeFault(fieldsOf(object['spec']) ?? {});
      if (fault !== undefined) throw unreadable(name, fault);
      const { defaultDeploymentMode } = configuration().deploy;
      if (isNew(request)) surprisesOf(object, defaultDeploymentMode).forEach(text => request.warn(text));
      return defaulted(object, configuration());
    },
  };
}

function serviceCheck(object: KubeObject, request: AdmissionRequest, accelerators: readonly string[]): Fault {
  const { old } = request;
  const changed = old === undefined ? undefined : changeFault(object, old);
  return changed ?? serviceFault(object, text => request.warn(text), accelerators);
}
