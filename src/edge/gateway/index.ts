export { gatewayErrors } from './errors.ts';
export { type GatewayLimits } from './door.ts';
export type { LoginOptions } from './login/index.ts';
export { startGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export { find, routesOf, type Snapshot, type Table } from './routes/index.ts';
export { loginErrors } from './login/index.ts';
