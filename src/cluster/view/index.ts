export { Cluster, resourceOf, type Plural } from './cluster.ts';
export { inFurther } from './domains.ts';
export { claimable, keepByController } from './controllees.ts';
export {
  failureOf,
  newestFirst,
  startFaultOf,
  statusesOf,
  wordsOf,
  type ContainerStatus,
  type Ended,
} from './containers.ts';
export {
  conditionOf,
  controlledBy,
  controllerOf,
  isActive,
  isAvailable,
  isReady,
  timestamp,
  withCondition,
  type Condition,
  type Container,
  type ContainerPort,
  type Deployment,
  type NodeAffinity,
  type NodeRequirement,
  type Pod,
  type PodAffinityTerm,
  type PodSpec,
  type PodTemplate,
  type ReplicaSet,
  type SpreadConstraint,
  type Toleration,
} from './objects.ts';
