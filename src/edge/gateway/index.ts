export { gatewayErrors } from './errors.ts';
export { startGateway, type Gateway, type GatewayLimits, type GatewayOptions } from './gateway.ts';
export { find, routesOf, type Snapshot, type Table } from './routes/index.ts';
