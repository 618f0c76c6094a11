export { Puller, type PulledModel, type PullerOptions } from './puller.ts';
export { modelsProbe, withModelsPage, type ToldModel } from './page.ts';
export { modelServer, type ModelServer } from './server.ts';
