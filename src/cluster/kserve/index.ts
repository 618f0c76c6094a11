export { kserveAdmission } from './steps.ts';
export { type ServiceDefaults, usualDefaults } from './service/defaults.ts';
