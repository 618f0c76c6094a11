export { wireErrors } from './errors.ts';
export { parseJson, type JsonValue } from './json/value.ts';
export type { DecodeLimits } from './limits.ts';
export { decodePredictRequest, type PredictRequest, type RowWidths } from './v1/request.ts';
export { encodePredictions } from './v1/response.ts';
export {
  decodeInferRequest,
  decodeRepositoryRequest,
  type InferRequest,
  type RepositoryRequest,
  type RequestedOutput,
} from './v2/request.ts';
export { encodeInferResponse, type InferResponse } from './v2/response.ts';
