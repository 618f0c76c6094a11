export {
  type Bounds,
  type Client,
  defaultLifetimes,
  type IssuerOptions,
  type Lifetimes,
} from './contract.ts';
export { issuerErrors } from './errors.ts';
export { createIssuer, describeError, type Issuer } from './issuer.ts';
export { type IssuerConfig, readIssuerConfig } from './config/read.ts';
