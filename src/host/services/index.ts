export { listensOn, startServices, type Services, type ServicesOptions } from './services.ts';
