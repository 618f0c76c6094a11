export { knativeAdmission } from './steps.ts';
