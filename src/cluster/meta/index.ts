export {
  apiVersionOf,
  parseApiVersion,
  type GroupVersionKind,
  type Json,
  type JsonObject,
  type KubeObject,
  type ManagedFieldsEntry,
  type ObjectMeta,
  type OwnerReference,
} from './object.ts';
export {
  alreadyExists,
  badRequest,
  conflict,
  forbidden,
  internalError,
  invalid,
  isEnding,
  isStatusError,
  methodNotAllowed,
  modified,
  notFound,
  qualified,
  StatusError,
  together,
  type GroupResource,
  type Status,
  type StatusCause,
  type StatusDetails,
} from './status.ts';
export {
  childOf,
  duplicateValue,
  elementOf,
  forbiddenField,
  invalidValue,
  notFoundValue,
  quoted,
  requiredValue,
  tooLong,
  tooMany,
  typeInvalid,
  unsupportedValue,
  type FieldError,
  type FieldReason,
} from './fields.ts';
export { callersAnnotation, directAnnotation, directRole, publicAnnotation } from './callers.ts';
export { foundAt, podPorts, portsIn, portsText } from './podports.ts';
export { sameJson } from './same.ts';
export { parseFieldSelector, type FieldSelector } from './fieldselectors.ts';
export {
  parseLabelSelector,
  selectorOf,
  type Labels,
  type LabelSelector,
  type SelectorObject,
} from './labels.ts';
export {
  annotationErrors,
  labelErrors,
  ownFinalizerErrors,
  validateMeta,
  validateMetaUpdate,
  type NameFaults,
} from './metarules.ts';
export {
  configKeyFaults,
  envNameFaults,
  label1035Faults,
  labelFaults,
  labelValueFaults,
  pathSegmentFaults,
  qualifiedNameFaults,
  subdomainFaults,
} from './names.ts';
export {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityFault,
  quantityIn,
  roundedUp,
  signOf,
  type Quantity,
} from './quantity.ts';
